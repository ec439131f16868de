using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

/// <summary>A YARP proxy with one destination. What its clients see is what its route returns.</summary>
public sealed class YarpTests : ClientContract
{
    private static readonly HttpClient _browser = new() { Timeout = Limit };
    private Uri? _proxy;

    protected override Dictionary<string, string?> Settings => YarpProxy.Configuration(LibraryTimeout, Server.Address);

    protected override void Map(WebApplication app) => app.MapGet("/pay", () => "paid");

    protected override void AddClient(WebApplicationBuilder builder, Uri address) => YarpProxy.Add(builder);

    protected override async Task RunAsync(WebApplication app)
    {
        // snippet: yarp-status
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.GetForwarderErrorFeature()?.Exception?.IsCircuitOpen() == true)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }
        });
        // end snippet
        app.MapReverseProxy();
        await app.StartAsync();
        _proxy = new Uri(app.Urls.Single());
    }

    protected override async Task CallAsync() => Assert.Equal("paid", await _browser.GetStringAsync(new Uri(_proxy!, "pay")));

    protected override void AssertRejected(Exception exception) =>
        Assert.Equal(HttpStatusCode.ServiceUnavailable, Assert.IsType<HttpRequestException>(exception).StatusCode);
}

/// <summary>A circuit for each destination of a balanced cluster, beside YARP's passive health checks.</summary>
public sealed class YarpBalancingTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    /// <summary>A rejection that is a response hides the dead destination from YARP, which keeps sending it half of the calls.</summary>
    [Theory]
    [InlineData(RejectionMode.Exception, 20)]
    [InlineData(RejectionMode.Response, 10)]
    public async Task Passive_health_check_removes_a_dead_destination_only_if_rejections_are_exceptions(RejectionMode mode, int answered)
    {
        await using var good = await LoopbackServer.StartAsync(app => app.MapGet("/pay", () => "paid"));
        await using var dead = await LoopbackServer.StartAsync(app => app.MapGet("/pay", () => "paid"));
        await dead.SetAsync(Fault.Refused);
        await using var app = YarpProxy.Create(mode, good.Address, dead.Address);
        app.MapReverseProxy();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await CountAnsweredAsync(client, 60);

        Assert.Equal(answered, await CountAnsweredAsync(client, 20));
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots();
        Assert.Equal(
            new Dictionary<int, CircuitState> { [good.Address.Port] = CircuitState.Closed, [dead.Address.Port] = CircuitState.Open },
            circuits.ToDictionary(circuit => circuit.Key.Port!.Value, circuit => circuit.State));
    }

    private static async Task<int> CountAnsweredAsync(HttpClient client, int calls)
    {
        var answered = 0;
        for (var i = 0; i < calls; i++)
        {
            using var response = await client.GetAsync("pay").WaitAsync(_limit);
            answered += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return answered;
    }
}
