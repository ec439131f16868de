using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check of the circuits.</summary>
public static class CircuitBreakerHealthChecksBuilderExtensions
{
    /// <summary>Adds a health check that is healthy while all circuits are closed. It reads memory and sends nothing.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// What it reports when a circuit is not closed; null = <see cref="HealthStatus.Degraded"/>, as somebody else's outage is no reason to
    /// restart this process.
    /// </param>
    /// <param name="tags">Tags to select it by. Leave it out of a liveness probe.</param>
    /// <param name="filter">Which circuits matter; null = all.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="tags"/> has <c>live</c>: an open circuit must not get a process killed.</exception>
    public static IHealthChecksBuilder AddCircuitBreakers(
        this IHealthChecksBuilder builder,
        string name = "circuits",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        Func<CircuitSnapshot, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        var given = tags?.ToList() ?? [];
        if (given.Contains("live", StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException("An open circuit is no reason to kill the process: use another tag than 'live', such as 'ready'.", nameof(tags));
        }

        return builder.Add(new HealthCheckRegistration(
            name,
            services => new CircuitHealthCheck(GetRegistry(services), filter),
            failureStatus ?? HealthStatus.Degraded,
            given));
    }

    private static ICircuitRegistry GetRegistry(IServiceProvider services) => services.GetService<ICircuitRegistry>()
        ?? throw new InvalidOperationException("There are no circuits to check: call AddCircuitBreaker() on an HttpClient, or remove this health check.");
}
