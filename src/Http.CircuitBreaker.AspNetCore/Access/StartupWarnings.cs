using Http.CircuitBreaker.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Logs a warning at startup for endpoints that refuse every request, or that let anonymous clients isolate circuits.</summary>
internal sealed class StartupWarnings(
    IServiceProvider services,
    IHostEnvironment environment,
    IOptions<CircuitEndpointsOptions> options,
    ILoggerFactory loggerFactory) : IHostedLifecycleService
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The endpoints are checked after startup, because only then are the routes and their metadata complete.
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in services.GetService<EndpointDataSource>()?.Endpoints.OfType<RouteEndpoint>() ?? [])
        {
            // MapCircuitBreakers protects all of its endpoints, but adds the AccessRule metadata to only one of them, so that each warning
            // is logged only once.
            if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
            {
                continue;
            }

            var route = $"/{endpoint.RoutePattern.RawText?.Trim('/')}";
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                if (options.Value.EnableControl)
                {
                    EndpointLog.AnonymousControl(_logger, route);
                }
            }
            else if (!environment.IsDevelopment()
                && !AccessRule.HasAuthorizationMetadata(endpoint.Metadata)
                && !await rule.HasFallbackPolicyAsync().ConfigureAwait(false))
            {
                EndpointLog.NoAuthorizationPolicy(_logger, route);
            }
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
