using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore;
using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Control;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Page;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the services of the circuit breaker endpoints and the live page.</summary>
public static class CircuitBreakerEndpointsServiceCollectionExtensions
{
    private const string SectionName = "Endpoints";

    /// <summary>
    /// Adds the services that <c>MapCircuitBreakers</c> needs. Calling it again only adds <paramref name="configure"/>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// Sets options in code, after those of the section <c>HttpCircuitBreaker:Endpoints</c>; null (the default) = the section only.
    /// </param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddCircuitBreakerEndpoints(
        this IServiceCollection services, Action<CircuitEndpointsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddCircuitBreakerSection(SectionName);
        if (!services.Any(service => service.ServiceType == typeof(CircuitFeed)))
        {
            services.AddOptions<CircuitEndpointsOptions>()
                .BindConfiguration($"HttpCircuitBreaker:{SectionName}", binder => binder.ErrorOnUnknownConfiguration = true)
                .ValidateOnStart();
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CircuitEndpointsOptions>, EndpointsOptionsCheck>());
        services.TryAddSingleton<TransitionHistory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, TransitionHistory>(GetHistory));
        services.TryAddSingleton<CircuitOverview>();
        services.TryAddSingleton<CircuitFeed>();
        services.TryAddSingleton<AccessRule>();
        services.TryAddSingleton<ControlEndpoints>();
        services.TryAddSingleton<LivePage>();
        return services;
    }

    private static TransitionHistory GetHistory(IServiceProvider services) => services.GetRequiredService<TransitionHistory>();
}
