using Elastic.Transport;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using HttpMethod = Elastic.Transport.HttpMethod;

namespace Http.CircuitBreaker.Clients.Tests;

/// <summary>Elastic.Transport, on which the Elasticsearch client is built.</summary>
public sealed class ElasticTests : ClientContract
{
    protected override void Map(WebApplication app) => app.MapGet("/pay", () => Results.Text("\"paid\"", "application/json"));

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: elastic
        builder.Services.AddCircuitBreaker("search", options => options.RejectionMode = RejectionMode.Exception);
        // end snippet
        builder.Services.AddSingleton(services => CreateInvoker(services.GetRequiredService<CircuitBreakerHandlerFactory>()));
    }

    protected override async Task CallAsync()
    {
        var nodes = new SingleNodePool(Server.Address);
        var configuration = new TransportConfigurationDescriptor(nodes, Services.GetRequiredService<HttpRequestInvoker>())
            .RequestTimeout(LibraryTimeout);
        var response = await new DistributedTransport(configuration).RequestAsync<StringResponse>(HttpMethod.GET, "/pay");
        if (!response.ApiCallDetails.HasSuccessfulStatusCode)
        {
            throw response.ApiCallDetails.OriginalException ?? new HttpRequestException("The call failed.");
        }

        Assert.Equal("\"paid\"", response.Body);
    }

    protected override void AssertRejected(Exception exception) => Assert.True(exception.IsCircuitOpen());

    private static HttpRequestInvoker CreateInvoker(CircuitBreakerHandlerFactory breakers)
    {
        // snippet: elastic-invoker
        return new HttpRequestInvoker((handler, _) => breakers.Create("search", handler));
        // end snippet
    }
}
