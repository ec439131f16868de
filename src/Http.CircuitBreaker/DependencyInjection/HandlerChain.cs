using System.Collections.Concurrent;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.DependencyInjection;

/// <summary>Puts one circuit breaker into the handler chain of each client that has one, in its right place.</summary>
/// <remarks>
/// The client factory cannot be made without this. The registry and telemetry are therefore asked for when a chain is built: observers
/// and logger providers that need the factory in their constructors would go round in circles otherwise.
/// </remarks>
internal sealed class HandlerChain(IServiceProvider services, ClientRegistrations registrations) : IPostConfigureOptions<HttpClientFactoryOptions>
{
    // By name: the core depends on no resilience library.
    private static readonly string[] _retrying =
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler", "Microsoft.Extensions.Http.PolicyHttpMessageHandler"];

    private readonly ConcurrentDictionary<string, bool> _told = new();

    private CircuitRegistry Registry => CircuitBreakerServices.RegistryOf(services);

    private CircuitTelemetry Telemetry => services.GetRequiredService<CircuitTelemetry>();

    /// <summary>Adds the breaker where the registration stands, once: a client's own registration wins over that of the defaults.</summary>
    public void Add(HttpMessageHandlerBuilder chain, bool isByDefaults)
    {
        var handlers = chain.AdditionalHandlers;
        var present = handlers.OfType<CircuitBreakerHandler>().FirstOrDefault();
        if (present is null)
        {
            var registry = Registry;
            var circuits = registry.Client(chain.Name ?? Options.DefaultName);
            handlers.Add(new CircuitBreakerHandler(circuits, Telemetry, registry) { IsPlacedByDefaults = isByDefaults });
        }
        else if (present.IsPlacedByDefaults && !isByDefaults)
        {
            handlers.Remove(present);
            handlers.Add(present);
            present.IsPlacedByDefaults = false;
        }
    }

    public void PostConfigure(string? name, HttpClientFactoryOptions options)
    {
        var client = name ?? Options.DefaultName;
        if (registrations.Covers(client))
        {
            options.HttpMessageHandlerBuilderActions.Add(Arrange);
            options.HttpClientActions.Add(made => Registry.Client(client).Timeout.Track(made));
        }
    }

    // The last of the builder's actions: all other handlers are there now. The first in the list is the outermost.
    private void Arrange(HttpMessageHandlerBuilder chain)
    {
        var handlers = chain.AdditionalHandlers;
        var breaker = handlers.OfType<CircuitBreakerHandler>().FirstOrDefault();
        var outside = handlers.TakeWhile(handler => handler != breaker).FirstOrDefault(IsRetrying);
        if (breaker is null || outside is null)
        {
            return;
        }

        var client = chain.Name ?? Options.DefaultName;
        var stepsInFront = Registry.Client(client).Options.Placement == HandlerPlacement.BeforeResilience;
        if (stepsInFront)
        {
            handlers.Remove(breaker);
            handlers.Insert(handlers.IndexOf(outside), breaker);
        }

        Tell(client, outside, stepsInFront);
    }

    // Once for each client: chains are built anew every two minutes.
    private void Tell(string client, DelegatingHandler outside, bool stepsInFront)
    {
        if (_told.TryAdd(client, true))
        {
            Telemetry.OnPlaced(client, outside.GetType().Name, stepsInFront);
        }
    }

    private static bool IsRetrying(DelegatingHandler handler) => _retrying.Contains(handler.GetType().FullName);
}
