using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Isolates and resets circuits over HTTP, and writes an audit log.</summary>
internal sealed class ControlEndpoints(
    ICircuitRegistry circuits,
    CircuitOverview overview,
    IOptions<CircuitEndpointsOptions> options,
    IOptionsMonitor<HostFilteringOptions> hosts,
    ILoggerFactory loggerFactory)
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");

    public async Task IsolateAsync(HttpContext context)
    {
        if (await RefuseAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var (body, error) = await RequestBody.ReadAsync(context, CircuitJsonContext.Default.IsolationRequest).ConfigureAwait(false);
        var isolation = body ?? new IsolationRequest(DurationSeconds: null, Reason: null);
        error ??= IsolationValidator.Validate(isolation);
        if (error is not null)
        {
            await Problem.WriteBadRequestAsync(context, error.Detail, error.Field).ConfigureAwait(false);
            return;
        }

        await ChangeAsync(context, key =>
        {
            TimeSpan? duration = isolation.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            circuits.Isolate(key, duration, isolation.Reason);
            AuditLog.Isolated(_logger, context, key, isolation.DurationSeconds, isolation.Reason);
        }).ConfigureAwait(false);
    }

    public async Task ResetAsync(HttpContext context)
    {
        if (await RefuseAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var (_, error) = await RequestBody.ReadAsync(context, CircuitJsonContext.Default.ResetRequest).ConfigureAwait(false);
        if (error is not null)
        {
            await Problem.WriteBadRequestAsync(context, error.Detail, error.Field).ConfigureAwait(false);
            return;
        }

        await ChangeAsync(context, key =>
        {
            if (circuits.Reset(key))
            {
                AuditLog.Reset(_logger, context, key);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Writes an error response and returns true if the request is not allowed to change a circuit.</summary>
    private async ValueTask<bool> RefuseAsync(HttpContext context)
    {
        var (status, title, detail) = context.Request switch
        {
            var request when !RequestOrigin.IsSameOrigin(request) =>
                (StatusCodes.Status403Forbidden, "Cross-site request", "Circuits cannot be changed from a page on another site."),
            _ when !options.Value.EnableControl =>
                (StatusCodes.Status403Forbidden, "Control is off",
                    "Set HttpCircuitBreaker:Endpoints:EnableControl to true to isolate and reset circuits over HTTP."),
            var request when !RequestOrigin.HasKnownHost(context, hosts.CurrentValue.AllowedHosts) =>
                (StatusCodes.Status403Forbidden, "Unknown host",
                    $"The host name '{request.Host.Host}' is unknown, so the request may come from another site (DNS rebinding). "
                    + "Add the host name to AllowedHosts, or require authorization for these endpoints."),
            var request when !request.HasJsonContentType() =>
                (StatusCodes.Status415UnsupportedMediaType, "Unsupported media type",
                    "Send Content-Type: application/json, even if the body is empty. An HTML form on another site cannot send it."),
            _ => (0, "", ""),
        };
        if (status == 0)
        {
            return false;
        }

        await Problem.WriteAsync(context, status, title, detail).ConfigureAwait(false);
        return true;
    }

    private async Task ChangeAsync(HttpContext context, Action<CircuitKey> change)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (overview.Find(id) is not { Key: var key })
        {
            await Problem.WriteUnknownCircuitAsync(context, id).ConfigureAwait(false);
            return;
        }

        try
        {
            change(key);
        }
        catch (ArgumentException exception)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", exception.Message).ConfigureAwait(false);
            return;
        }
        catch (InvalidOperationException exception)
        {
            // The circuit was evicted after the lookup above. It cannot be created again, because the HTTP client has reached MaxCircuits.
            await Problem.WriteAsync(context, StatusCodes.Status409Conflict, "Too many circuits", exception.Message).ConfigureAwait(false);
            return;
        }

        overview.Invalidate();

        await (circuits.Find(key) is { } changed
            ? CircuitOverview.WriteAsync(context, changed)
            : Problem.WriteUnknownCircuitAsync(context, id)).ConfigureAwait(false);
    }
}
