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
        var registrations = CircuitBreakerServices.AddTo(builder.Services);
        registrations.Register(name);
        if (registrations.TryAddToChain(name))
        {
            // Do not use ConfigureAdditionalHttpMessageHandlers, because its delegate does not receive the client's name. A registration
            // for all clients runs the same delegate for each client, and needs the name to find the client's settings.
            builder.Services.Configure<HttpClientFactoryOptions>(name, options => options.HttpMessageHandlerBuilderActions.Add(
                chain => chain.Services.GetRequiredService<HandlerChain>().Add(chain, isByDefaults: name is null)));
        }

        return builder;
    }

    /// <summary>
    /// Adds a circuit breaker with options set in code. These options override the configuration, except for the settings of individual
    /// hosts and circuits in its <c>Hosts</c> and <c>Circuits</c> sections.
    /// </summary>
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

    /// <summary>
    /// Adds a circuit breaker with its own name, which replaces the client's name in configuration, metrics, logs and circuit keys. Use
    /// this method for clients with generated names. Clients with the same name share settings and circuits.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="name">The name of the circuit breaker, for example <c>PayApi</c>.</param>
    /// <param name="configure">A delegate that sets the options; null if there is nothing to set in code.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// The builder comes from <c>ConfigureHttpClientDefaults</c>, or the client's circuit breaker already has a different name.
    /// </exception>
    public static IHttpClientBuilder AddCircuitBreaker(
        this IHttpClientBuilder builder, string name, Action<CircuitBreakerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var client = builder.Name ?? throw new InvalidOperationException(
            "The client defaults cannot have a circuit breaker name; set the name for each client.");
        CircuitBreakerServices.AddTo(builder.Services).Rename(client, name);
        return configure is null ? builder.AddCircuitBreaker() : builder.AddCircuitBreaker(configure);
    }

    /// <summary>Adds a circuit breaker that reads its settings from a custom configuration section.</summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="section">The section to read instead of <c>HttpCircuitBreaker</c>. Both sections have the same layout.</param>
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

/// <summary>Adds circuit breakers for handlers that <see cref="IHttpClientFactory"/> does not create.</summary>
public static class CircuitBreakerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a circuit breaker for handlers that <see cref="CircuitBreakerHandlerFactory"/> creates, for example for YARP or for an SDK that
    /// takes an <see cref="HttpMessageHandler"/>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The name of the circuit breaker in configuration, metrics, logs and circuit keys.</param>
    /// <param name="configure">A delegate that sets the options; null if there is nothing to set in code.</param>
    /// <returns>The same service collection.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IServiceCollection AddCircuitBreaker(
        this IServiceCollection services, string name, Action<CircuitBreakerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var registration = CircuitBreakerServices.AddTo(services).Register(name);
        if (configure is not null)
        {
            registration.Delegates.Add(configure);
        }

        return services;
    }

    /// <summary>
    /// Adds the circuit registry, and declares a child section of <c>HttpCircuitBreaker</c> that another package reads. Without this
    /// declaration, validation reports the section as unknown.
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
