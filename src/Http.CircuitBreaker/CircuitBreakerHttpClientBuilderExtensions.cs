using Http.CircuitBreaker;
using Http.CircuitBreaker.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds circuit breakers to clients created by <see cref="IHttpClientFactory"/>.</summary>
public static class CircuitBreakerHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a circuit breaker to a client, or to all clients when called inside <c>ConfigureHttpClientDefaults</c>. Settings are read from
    /// the <c>HttpCircuitBreaker</c> configuration section, if there is one.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = builder.Name;
        var registration = CircuitBreakerServices.AddTo(builder.Services).Register(name);
        if (!registration.IsInChain)
        {
            registration.IsInChain = true;

            // ConfigureAdditionalHttpMessageHandlers does not pass the client name, which is needed for a registration for all clients.
            builder.Services.Configure<HttpClientFactoryOptions>(name, options => options.HttpMessageHandlerBuilderActions.Add(
                chain => chain.Services.GetRequiredService<HandlerChain>().Add(chain, isByDefaults: name is null)));
        }

        return builder;
    }

    /// <summary>Adds a circuit breaker with options set in code. They override all configuration except host-specific settings.</summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="configure">A delegate that sets the options.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder, Action<CircuitBreakerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        CircuitBreakerServices.AddTo(builder.Services).Register(builder.Name).Delegates.Add(configure);
        return builder.AddCircuitBreaker();
    }

    /// <summary>Adds a circuit breaker that reads its settings from a custom configuration section.</summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="section">The section to read instead of <c>HttpCircuitBreaker</c>. It must have the same layout.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        CircuitBreakerServices.AddTo(builder.Services).Register(builder.Name).Section = section;
        return builder.AddCircuitBreaker();
    }
}

/// <summary>Extension methods for packages that extend the circuit breaker.</summary>
public static class CircuitBreakerServiceCollectionExtensions
{
    /// <summary>
    /// Adds the circuit registry and reserves a child section of <c>HttpCircuitBreaker</c> for another package. Unknown child sections fail
    /// validation.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The name of the child section.</param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddCircuitBreakerSection(this IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        CircuitBreakerServices.AddTo(services).ChildSections.Add(name);
        return services;
    }
}
