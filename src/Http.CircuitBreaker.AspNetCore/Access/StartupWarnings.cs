using Http.CircuitBreaker.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Logs a warning at startup for each group of endpoints that no one can use, or with which anyone can isolate circuits.</summary>
internal sealed class StartupWarnings(
    IServiceProvider services,
    IHostEnvironment environment,
    IOptions<CircuitEndpointsOptions> options,
    ILoggerFactory loggerFactory) : IHostedLifecycleService
{
    private readonly ILogger _logger = loggerFactory.CreateLogger("Http.CircuitBreaker.AspNetCore");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The routes and their metadata are complete once the server has started.
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in services.GetService<EndpointDataSource>()?.Endpoints.OfType<RouteEndpoint>() ?? [])
        {
            // Only one endpoint of each group has the access rule as metadata, so each group is warned about once.
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
