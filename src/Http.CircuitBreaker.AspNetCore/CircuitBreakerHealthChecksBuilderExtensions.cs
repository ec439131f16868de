using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the circuit breaker health check.</summary>
public static class CircuitBreakerHealthChecksBuilderExtensions
{
    /// <summary>Adds a health check that is healthy while all circuits are closed. The health check sends no requests.</summary>
    /// <remarks>
    /// Circuits that <see cref="ICircuitRegistry.GetSnapshots"/> hides, because they receive no calls, are not checked. If every circuit
    /// that is not closed needs only a call to recover, because it is half-open or its break or isolation has ended, the status is
    /// <see cref="HealthStatus.Degraded"/>, even if <paramref name="failureStatus"/> is <see cref="HealthStatus.Unhealthy"/>. An unhealthy
    /// instance may be taken out of rotation. It would then send no probes, and its circuits might never recover.
    /// </remarks>
    /// <param name="builder">The health checks builder.</param>
    /// <param name="name">The name of the health check. The default is <c>circuits</c>.</param>
    /// <param name="failureStatus">
    /// The status to report while any circuit is not closed. The default (null) is <see cref="HealthStatus.Degraded"/>, because an
    /// unhealthy application may be restarted, and a restart does not repair the host that it calls.
    /// <see cref="HealthStatus.Unhealthy"/> is reported only while at least one circuit is isolated or in its break.
    /// </param>
    /// <param name="tags">
    /// Tags to filter health checks by, for example <c>ready</c>; null (the default) for none. The tag <c>live</c> is not allowed, because
    /// an open circuit must not fail a liveness probe.
    /// </param>
    /// <param name="filter">Selects the circuits to check; null (the default) for all.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="tags"/> contains <c>live</c>.</exception>
    /// <exception cref="InvalidOperationException">
    /// Thrown when the health check runs, if the circuit breaker services are not registered.
    /// </exception>
    public static IHealthChecksBuilder AddCircuitBreakers(
        this IHealthChecksBuilder builder,
        string name = "circuits",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        Func<CircuitSnapshot, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        var tagList = tags?.ToList() ?? [];
        if (tagList.Contains("live", StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                "An open circuit must not fail a liveness probe; replace the tag 'live', for example with 'ready'.", nameof(tags));
        }

        return builder.Add(new HealthCheckRegistration(
            name,
            services => new CircuitHealthCheck(GetRegistry(services), filter),
            failureStatus ?? HealthStatus.Degraded,
            tagList));
    }

    private static ICircuitRegistry GetRegistry(IServiceProvider services) => services.GetService<ICircuitRegistry>()
        ?? throw new InvalidOperationException(
            "No HttpClient has a circuit breaker: call AddCircuitBreaker() on one, or remove this health check.");
}
