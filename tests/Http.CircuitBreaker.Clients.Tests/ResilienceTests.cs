using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Clients.Tests;

/// <summary>The standard resilience handler. The breaker is in front of it, so the result of all attempts counts once.</summary>
public sealed class ResilienceTests : ResilienceContract
{
    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        var client = builder.Services.AddHttpClient("pay", client => client.BaseAddress = address);

        // snippet: resilience
        client.AddStandardResilienceHandler();
        client.AddCircuitBreaker();
        // end snippet
        builder.Services.ConfigureAll<HttpStandardResilienceOptions>(options =>
        {
            (options.Retry.Delay, options.Retry.UseJitter) = (TimeSpan.Zero, false);
            (options.AttemptTimeout.Timeout, options.TotalRequestTimeout.Timeout) = (LibraryTimeout / 2, LibraryTimeout);
        });
    }
}

/// <summary>The standard hedging handler, whose options have the defaults.</summary>
public sealed class HedgingTests : ResilienceContract
{
    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        var client = builder.Services.AddHttpClient("pay", client => client.BaseAddress = address);
        client.AddStandardHedgingHandler().Configure(options =>
            (options.Endpoint.Timeout.Timeout, options.TotalRequestTimeout.Timeout) = (LibraryTimeout / 2, LibraryTimeout));
        client.AddCircuitBreaker();
    }
}

public abstract class ResilienceContract : ClientContract
{
    [Fact]
    public async Task Resilience_handler_does_not_retry_a_rejected_call()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);
        await OpenAsync();
        Assert.True(Server.Requests > Circuit.TotalFailed, "The resilience handler has not repeated the failed calls.");

        using var response = await CreateClient().GetAsync("pay").WaitAsync(Limit);

        Assert.True(response.IsCircuitOpen());
        Assert.Equal(1, Circuit.Rejected);
    }

    protected override void Map(WebApplication app) => app.MapGet("/pay", () => "paid");

    protected override async Task CallAsync() => Assert.Equal("paid", await CreateClient().GetStringAsync("pay"));

    protected override void AssertRejected(Exception exception) =>
        Assert.True(Assert.IsType<HttpRequestException>(exception).IsCircuitOpen());

    private HttpClient CreateClient() => Services.GetRequiredService<IHttpClientFactory>().CreateClient("pay");
}
