using System.Collections.Concurrent;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Adds the circuit breaker to each registered client's handler chain.</summary>
/// <remarks>
/// The registry and telemetry are resolved only when a chain is built. Resolving them earlier could cause a cycle, because observers and
/// loggers may need the client factory, which needs this type.
/// </remarks>
internal sealed class HandlerChain(IServiceProvider services, ClientRegistrations registrations)
    : IPostConfigureOptions<HttpClientFactoryOptions>
{
    // These types are compared by name, because this package does not reference a resilience library.
    private static readonly string[] _retryHandlers =
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler", "Microsoft.Extensions.Http.PolicyHttpMessageHandler"];

    private readonly ConcurrentDictionary<string, bool> _logged = new();

    private CircuitRegistry Registry => CircuitBreakerServices.GetRegistry(services);

    private CircuitTelemetry Telemetry => services.GetRequiredService<CircuitTelemetry>();

    /// <summary>
    /// Adds the circuit breaker to the end of the handler chain, unless the chain already has one. If <c>ConfigureHttpClientDefaults</c>
    /// added it, the client's own registration moves it to the end of the handlers added so far.
    /// </summary>
    public void Add(HttpMessageHandlerBuilder chain, bool isByDefaults)
    {
        var handlers = chain.AdditionalHandlers;
        var present = handlers.OfType<CircuitBreakerHandler>().FirstOrDefault();
        if (present is null)
        {
            var breaker = Create(registrations.NameOf(chain.Name ?? Options.DefaultName));
            breaker.IsPlacedByDefaults = isByDefaults;
            handlers.Add(breaker);
        }
        else if (present.IsPlacedByDefaults && !isByDefaults)
        {
            handlers.Remove(present);
            handlers.Add(present);
            present.IsPlacedByDefaults = false;
        }
    }

    public CircuitBreakerHandler Create(string client)
    {
        var registry = Registry;
        return new CircuitBreakerHandler(registry.Client(client), Telemetry, registry);
    }

    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        var client = registrations.NameOf(name ?? Options.DefaultName);
        if (registrations.Covers(client))
        {
            options.HttpMessageHandlerBuilderActions.Add(Place);
            options.HttpClientActions.Add(created => Registry.Client(client).Timeout.Track(created));
        }
    }

    // Moves the circuit breaker to its configured place. This action runs last, when the chain is complete. The first handler in the chain
    // is the outermost handler.
    private void Place(HttpMessageHandlerBuilder chain)
    {
        var handlers = chain.AdditionalHandlers;
        if (handlers.OfType<CircuitBreakerHandler>().FirstOrDefault() is not { } breaker)
        {
            return;
        }

        var client = registrations.NameOf(chain.Name ?? Options.DefaultName);
        var placement = Registry.Client(client).Options.Placement;
        if (placement == HandlerPlacement.Innermost)
        {
            handlers.Remove(breaker);
            handlers.Add(breaker);
            return;
        }

        var retry = handlers.TakeWhile(handler => handler != breaker)
            .FirstOrDefault(handler => _retryHandlers.Contains(handler.GetType().FullName));
        if (retry is null)
        {
            return;
        }

        var isMoved = placement == HandlerPlacement.BeforeResilience;
        if (isMoved)
        {
            handlers.Remove(breaker);
            handlers.Insert(handlers.IndexOf(retry), breaker);
        }

        // The client factory builds a new chain regularly (by default, every two minutes), so log only the first time.
        if (_logged.TryAdd(client, true))
        {
            Telemetry.OnPlaced(client, retry.GetType().Name, isMoved);
        }
    }
}
