using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.DependencyInjection;

namespace Http.CircuitBreaker;

/// <summary>
/// Creates handlers for pipelines that <see cref="IHttpClientFactory"/> does not build. The circuits of these handlers belong to the
/// service container's registry, so configuration, metrics, health checks and the live page include them.
/// </summary>
/// <remarks>Each overload of <c>AddCircuitBreaker</c> registers this factory in the service container.</remarks>
public sealed class CircuitBreakerHandlerFactory
{
    private readonly ClientRegistrations _registrations;
    private readonly HandlerChain _chain;

    internal CircuitBreakerHandlerFactory(ClientRegistrations registrations, HandlerChain chain) =>
        (_registrations, _chain) = (registrations, chain);

    /// <summary>
    /// Creates a handler that sends calls to <paramref name="innerHandler"/>. All handlers of a client share the client's circuits.
    /// </summary>
    /// <param name="client">The name passed to <c>AddCircuitBreaker</c>, or the name of a client with a circuit breaker.</param>
    /// <param name="innerHandler">The handler that sends the calls. Disposing the created handler also disposes the inner handler.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The client has no circuit breaker.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// The client's settings are invalid. The message lists every error.
    /// </exception>
    /// <remarks>
    /// The handler does not know the timeout of the <see cref="HttpClient"/> that uses it. Set
    /// <see cref="CircuitBreakerOptions.ClientTimeout"/> to the same value, so that timeouts count as failures.
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
