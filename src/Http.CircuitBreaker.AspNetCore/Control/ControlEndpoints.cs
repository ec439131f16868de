using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Control;

/// <summary>Isolates and resets circuits on behalf of somebody, and writes down who it was.</summary>
internal sealed class ControlEndpoints(
    ICircuitRegistry circuits, CircuitOverview overview, IOptions<CircuitEndpointsOptions> options, ILoggerFactory loggerFactory)
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");

    public async Task IsolateAsync(HttpContext context)
    {
        if (!await IsAllowedAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var (body, fault) = await RequestBody.ReadAsync(context, CircuitJsonContext.Default.IsolationRequest).ConfigureAwait(false);
        var isolation = body ?? new IsolationRequest(null, null);
        if ((fault ?? IsolationValidator.FaultOf(isolation)) is { } wrong)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", wrong.Detail, wrong.Field).ConfigureAwait(false);
            return;
        }

        await ChangeAsync(context, circuit =>
        {
            TimeSpan? duration = isolation.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
            circuits.Isolate(circuit.Key, duration, isolation.Reason);
            AuditLog.Isolated(_logger, circuit.Key, AuditLog.FormatDuration(isolation.DurationSeconds), AuditLog.GetUserName(context), AuditLog.GetRemoteAddress(context), isolation.Reason);
        }).ConfigureAwait(false);
    }

    public async Task ResetAsync(HttpContext context)
    {
        if (!await IsAllowedAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var (_, fault) = await RequestBody.ReadAsync(context, CircuitJsonContext.Default.ResetRequest).ConfigureAwait(false);
        if (fault is not null)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", fault.Detail, fault.Field).ConfigureAwait(false);
            return;
        }

        await ChangeAsync(context, circuit =>
        {
            if (circuits.Reset(circuit.Key))
            {
                AuditLog.Reset(_logger, circuit.Key, AuditLog.GetUserName(context), AuditLog.GetRemoteAddress(context));
            }
        }).ConfigureAwait(false);
    }

    private async ValueTask<bool> IsAllowedAsync(HttpContext context)
    {
        var refusal = context.Request switch
        {
            var request when !RequestOrigin.IsSameOrigin(request) =>
                (StatusCodes.Status403Forbidden, "Refused", "Circuits cannot be steered from a page of another site."),
            _ when !options.Value.EnableControl =>
                (StatusCodes.Status403Forbidden, "Control is off", "Set HttpCircuitBreaker:Endpoints:EnableControl to isolate and reset circuits over HTTP."),
            { } request when !request.HasJsonContentType() =>
                (StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "The body must be JSON, with Content-Type: application/json."),
            _ => default((int Status, string Title, string Detail)?),
        };
        if (refusal is { } refused)
        {
            await Problem.WriteAsync(context, refused.Status, refused.Title, refused.Detail).ConfigureAwait(false);
        }

        return refusal is null;
    }

    private async Task ChangeAsync(HttpContext context, Action<CircuitSnapshot> change)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (overview.Find(id) is not { } circuit)
        {
            await Problem.WriteUnknownCircuitAsync(context, id).ConfigureAwait(false);
            return;
        }

        try
        {
            change(circuit);
        }
        catch (InvalidOperationException exception)
        {
            // It has been evicted since, and there is no room for it.
            await Problem.WriteAsync(context, StatusCodes.Status409Conflict, "No room", exception.Message).ConfigureAwait(false);
            return;
        }

        await (circuits.Find(circuit.Key) is { } changed
            ? CircuitOverview.WriteAsync(context, changed)
            : Problem.WriteUnknownCircuitAsync(context, id)).ConfigureAwait(false);
    }
}
