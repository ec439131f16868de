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
    [Fact]
    public async Task Call_rejected_for_one_node_is_sent_to_another_node()
    {
        await using var other = await LoopbackServer.StartAsync(Map);
        await StartAsync();
        var invoker = Services.GetRequiredService<HttpRequestInvoker>();
        Services.GetRequiredService<ICircuitRegistry>().Isolate(CircuitKey.FromUri("search", Server.Address));
        var nodes = new StaticNodePool([Server.Address, other.Address], randomize: false);
        var transport = new DistributedTransport(new TransportConfigurationDescriptor(nodes, invoker));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("\"paid\"", (await transport.RequestAsync<StringResponse>(HttpMethod.GET, "/pay").WaitAsync(Limit)).Body);
        }

        Assert.Equal(0, Server.Requests);
    }

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
