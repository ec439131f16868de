using System.Collections.Concurrent;
using System.Net;
using Flurl.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RestSharp;
using Yarp.ReverseProxy.Forwarder;

namespace Http.CircuitBreaker.EndToEnd.Tests.Clients;

/// <summary>A host that answers at first and then hangs, under several clients and with the defaults of every option.</summary>
public sealed class ClientHangTests : IAsyncLifetime, ICircuitObserver
{
    // 20 calls a second.
    private static readonly TimeSpan _spacing = TimeSpan.FromMilliseconds(50);

    // Twice the calls of 5 seconds, because a slow machine may have had slow answers before the hang.
    private const int MaxCalls = 200;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<CircuitStateChange> _changes = [];
    private SwitchableHost _host = null!;
    private ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        _host = await SwitchableHost.StartAsync();
        var services = new ServiceCollection().AddSingleton<ICircuitObserver>(this);
        services.AddHttpClient("payments", client => client.BaseAddress = _host.Address).AddCircuitBreaker();
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }

    void ICircuitObserver.OnStateChange(CircuitStateChange change) => _changes.Enqueue(change);

    [Fact]
    public Task Hanging_host_opens_the_circuit_if_callers_cancel_after_their_own_timeout() => AssertOpensAsync(async () =>
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var response = await CreateClient().GetAsync("pay", timeout.Token);
        return response.StatusCode;
    });

    [Fact]
    public async Task Hanging_host_opens_the_circuit_of_a_YARP_forwarder()
    {
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions { OnStateChange = _changes.Enqueue })
        {
            InnerHandler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false },
        };
        using var invoker = new HttpMessageInvoker(breaker);
        await using var proxy = SwitchableHost.CreateApp(builder => builder.Services.AddHttpForwarder());
        proxy.Map("/{**path}", async (HttpContext context, IHttpForwarder forwarder) =>
        {
            await forwarder.SendAsync(context, _host.Address.ToString(), invoker);
        });
        await proxy.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Urls.Single()) };

        await AssertOpensAsync(async () =>
        {
            using var response = await client.GetAsync("pay");
            return response.StatusCode;
        });
    }

    [Fact]
    public async Task Hanging_host_opens_the_circuit_of_a_RestSharp_client()
    {
        using var client = new RestClient(CreateClient());
        await AssertOpensAsync(async () => (await client.ExecuteAsync(new RestRequest("pay"))).StatusCode);
    }

    [Fact]
    public async Task Hanging_host_opens_the_circuit_of_a_Flurl_client()
    {
        using var client = new FlurlClient(CreateClient());
        await AssertOpensAsync(async () =>
        {
            using var response = await client.Request("pay").AllowAnyHttpStatus().GetAsync();
            return (HttpStatusCode)response.StatusCode;
        });
    }

    private HttpClient CreateClient() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    private async Task AssertOpensAsync(Func<Task<HttpStatusCode>> call)
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await call().WaitAsync(_limit));
            await Task.Delay(_spacing);
        }

        _host.IsHanging = true;
        var calls = new List<Task>();
        while (_changes.IsEmpty && calls.Count < MaxCalls)
        {
            calls.Add(call());
            await Task.Delay(_spacing);
        }

        Assert.True(_changes.TryPeek(out var change), $"The circuit is closed after {calls.Count} calls.");
        Assert.Equal((CircuitState.Open, CircuitTransitionReason.Unresponsive), (change.State, change.Reason));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Assert.IsType<Task<HttpStatusCode>>(calls[^1], exactMatch: false).WaitAsync(_limit));

        _host.Release();
        await Task.WhenAll(calls).WaitAsync(_limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.All(calls, ended => Assert.True(ended.IsCompleted));
    }
}
