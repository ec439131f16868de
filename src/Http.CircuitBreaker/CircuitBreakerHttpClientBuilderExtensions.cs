using Http.CircuitBreaker;
using Http.CircuitBreaker.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a circuit breaker to the clients of <see cref="IHttpClientFactory"/>.</summary>
public static class CircuitBreakerHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a circuit breaker to a client, or to all clients when called in <c>ConfigureHttpClientDefaults</c>. The settings are read from
    /// the configuration section <c>HttpCircuitBreaker</c>, if there is one.
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

            // ConfigureAdditionalHttpMessageHandlers does not pass the client name, which the client defaults need.
            builder.Services.Configure<HttpClientFactoryOptions>(name, options => options.HttpMessageHandlerBuilderActions.Add(
                chain => chain.Services.GetRequiredService<HandlerChain>().Add(chain, isByDefaults: name is null)));
        }

        return builder;
    }

    /// <summary>Adds a circuit breaker and sets options in code. Code overrides the configuration, except settings for a host.</summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder, Action<CircuitBreakerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        CircuitBreakerServices.AddTo(builder.Services).Register(builder.Name).Delegates.Add(configure);
        return builder.AddCircuitBreaker();
    }

    /// <summary>Adds a circuit breaker that reads its settings from the given section.</summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="section">The section to read instead of <c>HttpCircuitBreaker</c>, with the same layout.</param>
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

/// <summary>Extension methods for packages that build on the circuit breaker.</summary>
public static class CircuitBreakerServiceCollectionExtensions
{
    /// <summary>
    /// Adds the circuit registry and allows a child section of <c>HttpCircuitBreaker</c> that another package reads. Any other unknown
    /// child section is a validation error.
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
