using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Http.CircuitBreaker.Clients.Tests;

public interface IPayApi
{
    [Get("/payments/{id}")]
    Task<Payment> GetAsync(string id);

    [Get("/payments/{id}")]
    Task<IApiResponse<Payment>> TryGetAsync(string id);
}

public sealed record Payment(string Id, decimal Amount);

public sealed class RefitTests : ClientContract
{
    [Fact]
    public async Task Refit_response_of_a_rejected_call_has_no_content()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);
        await OpenAsync();

        using var response = await Services.GetRequiredService<IPayApi>().TryGetAsync("7").WaitAsync(Limit);

        Assert.Null(response.Content);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers!.IsCircuitOpen());
    }

    [Fact]
    public async Task Circuit_has_the_configured_client_name()
    {
        await StartAsync();
        await CallAsync();

        Assert.Equal("PayApi", Circuit.Key.Client);
    }

    protected override void Map(WebApplication app) => app.MapGet("/payments/{id}", (string id) => Results.Json(new Payment(id, 12.5m)));

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: refit
        builder.Services.AddRefitGeneratedClient<IPayApi>()
            .ConfigureHttpClient(client => client.BaseAddress = address)
            .AddCircuitBreaker("PayApi");
        // end snippet

        builder.Services.ConfigureHttpClientDefaults(defaults => defaults.ConfigureHttpClient(client => client.Timeout = LibraryTimeout));
    }

    protected override async Task CallAsync() =>
        Assert.Equal(new Payment("7", 12.5m), await Services.GetRequiredService<IPayApi>().GetAsync("7"));

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<ValidationApiException>(exception);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, seen.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), RetryAfterOf(seen));
    }

    private static TimeSpan? RetryAfterOf(ApiException failure)
    {
        try
        {
            throw failure;
        }
        // snippet: refit-rejection
        catch (ApiException exception) when (exception.Headers.IsCircuitOpen())
        {
            return exception.Headers.RetryAfter?.Delta;
        }
        // end snippet
    }
}
