using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore;
using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Configuration;
using Http.CircuitBreaker.AspNetCore.Control;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Page;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the services that <c>MapCircuitBreakers</c> requires.</summary>
public static class CircuitBreakerEndpointsServiceCollectionExtensions
{
    /// <summary>Adds the services for the endpoints and the live page, including a history of transitions.</summary>
    /// <remarks>If this method is called more than once, the services are added only once and every delegate is applied.</remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// A delegate that sets options and overrides the <c>HttpCircuitBreaker:Endpoints</c> section; null (the default) for no delegate.
    /// </param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddCircuitBreakerEndpoints(
        this IServiceCollection services, Action<CircuitEndpointsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddCircuitBreakerSection(EndpointsOptionsSetup.SectionName);
        if (!services.Any(service => service.ServiceType == typeof(CircuitFeed)))
        {
            services.AddOptions<CircuitEndpointsOptions>().ValidateOnStart();
        }

        // Register the section before the delegates, so that the delegates override it.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<CircuitEndpointsOptions>, EndpointsOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CircuitEndpointsOptions>, EndpointsOptionsSetup>());

        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TransitionHistory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, TransitionHistory>(GetHistory));
        services.TryAddSingleton<CallHistory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ICircuitObserver, CallHistory>(GetCalls));
        services.TryAddSingleton<CircuitOverview>();
        services.TryAddSingleton<CircuitFeed>();
        services.TryAddSingleton<AccessRule>();
        services.TryAddSingleton<ControlEndpoints>();
        services.TryAddSingleton<LivePage>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartupWarnings>());
        return services;
    }

    private static TransitionHistory GetHistory(IServiceProvider services) => services.GetRequiredService<TransitionHistory>();

    private static CallHistory GetCalls(IServiceProvider services) => services.GetRequiredService<CallHistory>();
}
