using Http.CircuitBreaker.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>For packages that build on the circuit breaker.</summary>
public static class CircuitBreakerServiceCollectionExtensions
{
    /// <summary>
    /// Adds the registry of circuits, whether or not a client has a circuit breaker, and declares a child of the section
    /// <c>HttpCircuitBreaker</c> that somebody else reads, which would be reported as unknown otherwise.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The child section's name.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerSection(this IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        CircuitBreakerServices.AddTo(services).ChildSections.Add(name);
        return services;
    }
}
