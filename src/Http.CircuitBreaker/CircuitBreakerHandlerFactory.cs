using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.DependencyInjection;

namespace Http.CircuitBreaker;

/// <summary>
/// Creates handlers for pipelines that <see cref="IHttpClientFactory"/> does not build. Their circuits belong to the service container's
/// registry, so configuration, metrics, health checks and the live page include them.
/// </summary>
/// <remarks>The container has this service after any call to <c>AddCircuitBreaker</c>.</remarks>
public sealed class CircuitBreakerHandlerFactory
{
    private readonly ClientRegistrations _registrations;
    private readonly HandlerChain _chain;

    internal CircuitBreakerHandlerFactory(ClientRegistrations registrations, HandlerChain chain) =>
        (_registrations, _chain) = (registrations, chain);

    /// <summary>Creates a handler that sends calls to <paramref name="innerHandler"/>. Handlers of one client share its circuits.</summary>
    /// <param name="client">The name passed to <c>AddCircuitBreaker</c>, or the name of a client with a circuit breaker.</param>
    /// <param name="innerHandler">The handler that sends the calls. Disposing the created handler also disposes this one.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The client has no circuit breaker.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// The client's settings are invalid. The message lists every error.
    /// </exception>
    /// <remarks>
    /// An <see cref="HttpClient"/> built on this handler does not report its timeout. Set
    /// <see cref="CircuitBreakerOptions.ClientTimeout"/> to count its timeouts as failures.
    /// </remarks>
    public CircuitBreakerHandler Create(string client, HttpMessageHandler innerHandler)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(innerHandler);
        var name = _registrations.NameOf(client);
        if (!_registrations.Covers(name))
        {
            throw new ArgumentException(
                $"Client '{client}' has no circuit breaker; add one with services.AddCircuitBreaker(\"{client}\").", nameof(client));
        }

        var handler = _chain.Create(name);
        handler.InnerHandler = innerHandler;
        return handler;
    }
}
