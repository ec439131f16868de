using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Logs a warning at startup for each group of endpoints that no one can use, or with which anyone can isolate circuits.</summary>
internal sealed partial class StartupWarnings(
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
            // One endpoint of each group has the access rule as metadata.
            if (endpoint.Metadata.GetMetadata<AccessRule>() is not { } rule)
            {
                continue;
            }

            var route = $"/{endpoint.RoutePattern.RawText?.Trim('/')}";
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                if (options.Value.EnableControl)
                {
                    AnonymousControl(_logger, route);
                }
            }
            else if (!environment.IsDevelopment()
                && !AccessRule.HasAuthorizationMetadata(endpoint.Metadata)
                && !await rule.HasFallbackPolicyAsync().ConfigureAwait(false))
            {
                NoAuthorizationPolicy(_logger, route);
            }
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 104, Level = LogLevel.Warning, EventName = "NoAuthorizationPolicy", Message =
        "The circuit breaker endpoints at '{Route}' have no authorization policy, so outside the Development environment they return 404 "
        + "to every request. Call RequireAuthorization() on the result of MapCircuitBreakers().")]
    private static partial void NoAuthorizationPolicy(ILogger logger, string route);

    [LoggerMessage(EventId = 105, Level = LogLevel.Warning, EventName = "AnonymousControl", Message =
        "The circuit breaker endpoints at '{Route}' allow anonymous requests, and EnableControl is true: anyone who can reach this "
        + "application can isolate and reset circuits. Replace AllowAnonymous() with RequireAuthorization(), or set EnableControl to "
        + "false.")]
    private static partial void AnonymousControl(ILogger logger, string route);
}
