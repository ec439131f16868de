using Flurl.Http;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class FlurlTests : ClientContract
{
    protected override void Map(WebApplication app) => app.MapGet("/payments/{id}", (string id) => Results.Json(new Payment(id, 12.5m)));

    protected override void AddClient(WebApplicationBuilder builder, Uri address) =>
        builder.Services.AddHttpClient("pay", client => client.BaseAddress = address).AddCircuitBreaker();

    protected override async Task CallAsync()
    {
        using var client = CreateClient(Services.GetRequiredService<IHttpClientFactory>());
        Assert.Equal(new Payment("7", 12.5m), await client.Request("payments", "7").WithTimeout(LibraryTimeout).GetJsonAsync<Payment>());
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<FlurlHttpException>(exception);
        Assert.Equal(503, seen.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), RetryAfterOf(seen));
    }

    private static FlurlClient CreateClient(IHttpClientFactory clients)
    {
        // snippet: flurl
        return new FlurlClient(clients.CreateClient("pay"));
        // end snippet
    }

    private static TimeSpan? RetryAfterOf(FlurlHttpException failure)
    {
        try
        {
            throw failure;
        }
        // snippet: flurl-rejection
        catch (FlurlHttpException exception) when (exception.Call.Response?.ResponseMessage.IsCircuitOpen() == true)
        {
            return exception.Call.Response.ResponseMessage.Headers.RetryAfter?.Delta;
        }
        // end snippet
    }
}
