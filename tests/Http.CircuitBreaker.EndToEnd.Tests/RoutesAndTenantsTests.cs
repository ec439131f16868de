using System.Net;
using Http.CircuitBreaker.EndToEnd.Tests.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>One host, a part of which fails. The configuration alone gives each part its own circuit.</summary>
public sealed class RoutesAndTenantsTests
{
    private const string Tenant = "X-Tenant";

    [Fact]
    public async Task Only_the_circuit_of_the_dead_route_opens()
    {
        await using var host = await StartHostAsync();
        await using var services = Services(("PathSegments", "2"), ("Circuits:api/stock:ConsecutiveFailures", "3"));
        using var client = Client(services, host);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"api/orders/{i}")).StatusCode);
            Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync($"api/stock/{i}?fail")).StatusCode);
        }

        Assert.True((await client.GetAsync("API/Stock/4")).IsCircuitOpen());
        Assert.Equal("api/orders of none", await client.GetStringAsync("api/orders/4"));
        Assert.Equal(
            [("api/orders", CircuitState.Closed), ("api/stock", CircuitState.Open)],
            services.GetRequiredService<ICircuitRegistry>().GetSnapshots().Select(circuit => (circuit.Key.Name!, circuit.State)).Order());
    }

    [Fact]
    public async Task Only_the_circuit_of_the_failing_tenant_opens_even_if_requests_contain_invented_tenant_names()
    {
        await using var host = await StartHostAsync();
        await using var services = Services(("CircuitNameHeader", Tenant), ("ConsecutiveFailures", "3"), ("Circuits:acme:Mode", "Enforce"));
        using var client = Client(services, host);

        for (var i = 0; i < 1_000; i++)
        {
            using var response = await SendAsync(client, $"invented-{i}", "api/orders");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await SendAsync(client, "acme", "api/orders?fail")).StatusCode);
        }

        Assert.True((await SendAsync(client, "ACME", "api/orders")).IsCircuitOpen());
        Assert.Equal("api/orders of globex", await (await SendAsync(client, "globex", "api/orders")).Content.ReadAsStringAsync());
        var circuits = services.GetRequiredService<ICircuitRegistry>().GetSnapshots();
        Assert.Equal("acme", Assert.Single(circuits, circuit => circuit.State == CircuitState.Open).Key.Name);
        Assert.Equal(100 + 1 + 1, circuits.Count);
        Assert.Equal(900 + 1, Assert.Single(circuits, circuit => circuit.Key.Name is null).TotalSucceeded);
    }

    private static async Task<WebApplication> StartHostAsync()
    {
        var app = SwitchableHost.CreateApp();
        app.MapGet("/api/{route}/{id?}", (HttpRequest request, string route) => request.QueryString.Value == "?fail"
            ? Results.InternalServerError()
            : Results.Text($"api/{route} of {request.Headers[Tenant].SingleOrDefault() ?? "none"}"));
        await app.StartAsync();
        return app;
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("HttpCircuitBreaker:ConsecutiveFailuresDuration", "00:00:00"), new("HttpCircuitBreaker:BreakDuration", "00:10:00"),
            .. settings.Select(setting => KeyValuePair.Create($"HttpCircuitBreaker:Clients:api:{setting.Key}", (string?)setting.Value)),
        ]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddHttpClient("api").AddCircuitBreaker();
        return services.BuildServiceProvider();
    }

    private static HttpClient Client(ServiceProvider services, WebApplication host)
    {
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        client.BaseAddress = new Uri(host.Urls.Single());
        return client;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string tenant, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(Tenant, tenant);
        return client.SendAsync(request);
    }
}
