using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore;
using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Control;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Page;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what <c>MapCircuitBreakers</c> needs.</summary>
public static class CircuitBreakerEndpointsServiceCollectionExtensions
{
    private const string SectionName = "Endpoints";

    /// <summary>
    /// Adds the services behind the endpoints and the live page; from here on transitions are remembered. Twice is once; delegates add up.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options in code, after those of the section <c>HttpCircuitBreaker:Endpoints</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddCircuitBreakerEndpoints(this IServiceCollection services, Action<CircuitEndpointsOptions>? configure = null)
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
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, TransitionHistory>(Existing));
        services.TryAddSingleton<CircuitOverview>();
        services.TryAddSingleton<CircuitFeed>();
        services.TryAddSingleton<AccessRule>();
        services.TryAddSingleton<ControlEndpoints>();
        services.TryAddSingleton<LivePage>();
        return services;
    }

    // One object in both roles.
    private static TransitionHistory Existing(IServiceProvider services) => services.GetRequiredService<TransitionHistory>();
}
