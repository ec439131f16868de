using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class KiotaTests : ClientContract
{
    /// <summary>The retry handler throws an AggregateException, which does not tell a breaker outside it what has failed.</summary>
    [Fact]
    public async Task Breaker_outside_the_retry_handler_counts_no_failures_in_an_outage()
    {
        await Server.SetAsync(Fault.ServiceUnavailable);
        var services = new ServiceCollection();
        services.AddHttpClient("graph")
            .AddCircuitBreaker()
            .AddHttpMessageHandler(() => new RetryHandler(new RetryHandlerOption { Delay = 0, MaxRetry = 1 }));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("graph");

        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<AggregateException>(() => client.GetAsync(Server.Address).WaitAsync(Limit));
        }

        var circuit = Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        Assert.Equal((CircuitState.Closed, 0), (circuit.State, circuit.TotalFailed));
    }

    protected override void Map(WebApplication app) => app.MapGet("/pay", () => "paid");

    protected override void AddClient(WebApplicationBuilder builder, Uri address) => builder.Services
        .AddCircuitBreaker("orders")
        .AddSingleton(services => CreateClient(services.GetRequiredService<CircuitBreakerHandlerFactory>()));

    protected override async Task CallAsync()
    {
        using var adapter = new HttpClientRequestAdapter(
            new AnonymousAuthenticationProvider(), httpClient: Services.GetRequiredService<HttpClient>());
        var request = new RequestInformation { HttpMethod = Method.GET, URI = new Uri(Server.Address, "pay") };
        using var timeout = new CancellationTokenSource(LibraryTimeout);
        await using var body = await adapter.SendPrimitiveAsync<Stream>(request, cancellationToken: timeout.Token);
        using var reader = new StreamReader(body!);
        Assert.Equal("paid", await reader.ReadToEndAsync(timeout.Token));
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<ApiException>(exception);
        Assert.Equal((int)HttpStatusCode.ServiceUnavailable, seen.ResponseStatusCode);
        Assert.True(IsRejected(seen));
    }

    private static HttpClient CreateClient(CircuitBreakerHandlerFactory breakers)
    {
        // snippet: kiota
        var retry = new RetryHandlerOption
        {
            ShouldRetry = (_, _, response) => (int)response.StatusCode is 429 or 503 or 504 && !response.IsCircuitOpen(),
        };
        var breaker = breakers.Create("orders", KiotaClientFactory.GetDefaultHttpMessageHandler());
        return KiotaClientFactory.Create(breaker, [retry]);
        // end snippet
    }

    private static bool IsRejected(ApiException failure)
    {
        try
        {
            throw failure;
        }
        // snippet: kiota-rejection
        catch (ApiException exception) when (exception.ResponseHeaders["Proxy-Status"].Contains(CircuitRejection.ProxyStatus))
        {
            return true;
        }
        // end snippet
    }
}
