using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RestSharp;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class RestSharpTests : ClientContract
{
    private RestRequest Request => new("payments/7") { Timeout = LibraryTimeout };

    [Fact]
    public async Task RestSharp_response_of_a_rejected_call_has_no_data()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);
        await OpenAsync();
        using var client = CreateClient(Services.GetRequiredService<IHttpClientFactory>());

        var response = await client.ExecuteAsync<Payment>(Request).WaitAsync(Limit);

        Assert.Null(response.Data);
        Assert.Equal(TimeSpan.FromSeconds(30), RetryAfterOf(response));
    }

    [Fact]
    public async Task RestSharp_deserializes_a_503_rejection_into_the_expected_result_type()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("pay", client => client.BaseAddress = Server.Address).AddCircuitBreaker();
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ICircuitRegistry>().Isolate(CircuitKey.FromUri("pay", Server.Address));
        using var client = CreateClient(provider.GetRequiredService<IHttpClientFactory>());

        var response = await client.ExecuteAsync<Problem>(new RestRequest("payments/7")).WaitAsync(Limit);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Circuit Open"), (response.StatusCode, response.Data?.Title));
    }

    protected override void Map(WebApplication app) => app.MapGet("/payments/{id}", (string id) => Results.Json(new Payment(id, 12.5m)));

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: restsharp
        builder.Services.AddHttpClient("pay", client => client.BaseAddress = address)
            .AddCircuitBreaker(options => options.RejectionMode = RejectionMode.Exception);
        // end snippet
    }

    protected override async Task CallAsync()
    {
        using var client = CreateClient(Services.GetRequiredService<IHttpClientFactory>());
        Assert.Equal(new Payment("7", 12.5m), await client.GetAsync<Payment>(Request));
    }

    protected override void AssertRejected(Exception exception)
    {
        Assert.True(exception.IsCircuitOpen());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, Assert.IsType<CircuitOpenException>(exception).StatusCode);
    }

    private static RestClient CreateClient(IHttpClientFactory clients)
    {
        // snippet: restsharp-client
        return new RestClient(clients.CreateClient("pay"));
        // end snippet
    }

    private sealed record Problem(string Title);

    private static TimeSpan? RetryAfterOf(RestResponse response)
    {
        // snippet: restsharp-rejection
        if (response.ErrorException is CircuitOpenException { Rejection: var rejection })
        {
            return rejection.RetryAfter;
        }
        // end snippet

        return null;
    }
}
