using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Clients.Tests;

/// <summary>A service with three endpoints, two of which refuse connections, behind Microsoft.Extensions.ServiceDiscovery.</summary>
public sealed class ServiceDiscoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly List<LoopbackServer> _servers = [];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _servers.Add(await LoopbackServer.StartAsync(app => app.MapGet("/pay", () => "paid")));
        }

        await _servers[1].SetAsync(Fault.Refused);
        await _servers[2].SetAsync(Fault.Refused);
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Breaker_in_front_of_service_discovery_also_rejects_calls_to_the_healthy_endpoint()
    {
        using var app = CreateApp(builder => builder.Services
            .AddHttpClient("pay", client => client.BaseAddress = new Uri("http://payments"))
            .AddCircuitBreaker()
            .AddServiceDiscovery());

        var results = await CallAsync(app, 20);

        AssertOneCircuit(app, CircuitState.Open);
        Assert.All(results[^10..], result => Assert.Equal(HttpStatusCode.ServiceUnavailable, result));
    }

    [Fact]
    public async Task Breaker_in_front_of_retries_and_service_discovery_counts_only_the_final_result()
    {
        using var app = CreateApp(builder =>
        {
            builder.Services.ConfigureHttpClientDefaults(defaults => defaults.AddStandardResilienceHandler());
            builder.Services.ConfigureHttpClientDefaults(defaults => defaults.AddServiceDiscovery());
            builder.Services.AddHttpClient("pay", client => client.BaseAddress = new Uri("http://payments")).AddCircuitBreaker();
        });

        var results = await CallAsync(app, 20);

        AssertOneCircuit(app, CircuitState.Closed);
        Assert.All(results, result => Assert.Equal(HttpStatusCode.OK, result));
    }

    [Fact]
    public async Task Innermost_breaker_has_a_circuit_for_each_endpoint_and_retries_reach_the_healthy_one()
    {
        using var app = CreateApp(builder =>
        {
            // snippet: service-discovery
            builder.Services.ConfigureHttpClientDefaults(defaults => defaults.AddStandardResilienceHandler());
            builder.Services.ConfigureHttpClientDefaults(defaults => defaults.AddServiceDiscovery());
            builder.Services.AddHttpClient("pay", client => client.BaseAddress = new Uri("http://payments")).AddCircuitBreaker(options =>
                (options.Placement, options.RejectionMode) = (HandlerPlacement.Innermost, RejectionMode.Exception));
            // end snippet
        });

        var results = await CallAsync(app, 20);

        Assert.All(results, result => Assert.Equal(HttpStatusCode.OK, result));
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots();
        Assert.Equal(
            _servers.ToDictionary(server => server.Address.Port, server => server == _servers[0] ? CircuitState.Closed : CircuitState.Open),
            circuits.ToDictionary(circuit => circuit.Key.Port!.Value, circuit => circuit.State));
    }

    private static void AssertOneCircuit(IHost app, CircuitState state)
    {
        var circuit = Assert.Single(app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        Assert.Equal((CircuitKey.FromUri("pay", new Uri("http://payments")), state), (circuit.Key, circuit.State));
    }

    private static async Task<List<HttpStatusCode?>> CallAsync(IHost app, int calls)
    {
        var results = new List<HttpStatusCode?>();
        for (var i = 0; i < calls; i++)
        {
            try
            {
                var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("pay");
                using var response = await client.GetAsync("pay").WaitAsync(_limit);
                results.Add(response.StatusCode);
            }
            catch (HttpRequestException exception)
            {
                results.Add(exception.StatusCode);
            }
        }

        return results;
    }

    private IHost CreateApp(Action<HostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("HttpCircuitBreaker:MinimumThroughput", "3"),
            new("HttpCircuitBreaker:BreakDuration", "01:00:00"),
            .. _servers.Select((server, i) => KeyValuePair.Create($"Services:payments:http:{i}", (string?)server.Address.ToString())),
        ]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureAll<HttpStandardResilienceOptions>(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
        add(builder);
        return builder.Build();
    }
}
