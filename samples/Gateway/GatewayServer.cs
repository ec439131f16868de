using Http.CircuitBreaker;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway;

/// <summary>The gateway: YARP, with a circuit breaker around the handler that calls the services.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private const string CircuitBreakerName = "gateway";

    private readonly WebApplication _app;

    private GatewayServer(WebApplication app) => _app = app;

    public Uri Address => new($"{_app.Urls.Single()}/");

    public static async Task<GatewayServer> StartAsync(IReadOnlyCollection<Service> services)
    {
        var builder = Service.CreateBuilder();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [.. services.Select(CreateRoute)],
            [.. services.Select(CreateCluster)]);

        // These two lines and the class below add the circuit breaker.
        builder.Services.AddCircuitBreaker(CircuitBreakerName);
        builder.Services.AddSingleton<IForwarderHttpClientFactory, GuardedForwarder>();

        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);
        builder.Services.AddSingleton<ICircuitObserver>(new StateChangePrinter(services));

        var app = builder.Build();
        app.MapReverseProxy();
        app.MapCircuitBreakers();
        await app.StartAsync();
        return new GatewayServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static RouteConfig CreateRoute(Service service) =>
        new() { RouteId = service.Name, ClusterId = service.Name, Match = new RouteMatch { Path = $"/{service.Name}/{{**path}}" } };

    private static ClusterConfig CreateCluster(Service service) => new()
    {
        ClusterId = service.Name,
        Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = service.Address.ToString() } },
    };

    private sealed class GuardedForwarder(CircuitBreakerHandlerFactory circuitBreakers) : ForwarderHttpClientFactory
    {
        protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
            circuitBreakers.Create(CircuitBreakerName, handler);
    }

    private sealed class StateChangePrinter(IReadOnlyCollection<Service> services) : ICircuitObserver
    {
        public void OnStateChange(CircuitStateChange change)
        {
            var service = services.Single(service => service.Address.Port == change.Key.Port);
            Visitors.WriteLine($"CIRCUIT  {service.Name}: {change.PreviousState} -> {change.State} ({change.Reason})");
        }
    }
}
