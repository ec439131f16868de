using Http.CircuitBreaker;
using Http.CircuitBreaker.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a circuit breaker to the clients of <see cref="IHttpClientFactory"/>.</summary>
public static class CircuitBreakerHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a circuit breaker to a client, or to all clients when called on the builder of <c>ConfigureHttpClientDefaults</c>. The settings
    /// come from the section <c>HttpCircuitBreaker</c> of the container's configuration, if there is one.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = builder.Name;
        var registration = CircuitBreakerServices.AddTo(builder.Services).Register(name);
        if (!registration.IsInChain)
        {
            registration.IsInChain = true;

            // Not through ConfigureAdditionalHttpMessageHandlers: that does not tell the client's name, which the defaults do not know here.
            builder.Services.Configure<HttpClientFactoryOptions>(name, options => options.HttpMessageHandlerBuilderActions.Add(
                chain => chain.Services.GetRequiredService<HandlerChain>().Add(chain, isByDefaults: name is null)));
        }

        return builder;
    }

    /// <summary>Adds a circuit breaker and sets options in code. They win over the configuration, except over its settings for hosts.</summary>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder, Action<CircuitBreakerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        CircuitBreakerServices.AddTo(builder.Services).Register(builder.Name).Delegates.Add(configure);
        return builder.AddCircuitBreaker();
    }

    /// <summary>Adds a circuit breaker that reads <paramref name="section"/> instead of <c>HttpCircuitBreaker</c>; the layout is the same.</summary>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddCircuitBreaker(this IHttpClientBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        CircuitBreakerServices.AddTo(builder.Services).Register(builder.Name).Section = section;
        return builder.AddCircuitBreaker();
    }
}

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
