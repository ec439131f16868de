using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

// snippet: azure-retry
internal sealed class RetryUnlessCircuitOpen : RetryPolicy
{
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        message.HasResponse && message.Response.Headers.TryGetValue("Proxy-Status", out var status)
            && status == CircuitRejection.ProxyStatus ? new(false) : base.ShouldRetryAsync(message, exception);
}
// end snippet

public sealed class AzureTests : ClientContract
{
    [Fact]
    public async Task Azure_SDK_retries_a_failed_call_but_not_a_rejected_one()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);

        AssertRejected(await Assert.ThrowsAnyAsync<Exception>(() => CallAsync().WaitAsync(Limit)));

        Assert.Equal((3, 1), (Server.Requests, Circuit.Rejected));
    }

    protected override void Map(WebApplication app) => app.MapGet("/container/blob", (HttpContext context) =>
    {
        (context.Response.Headers.ETag, context.Response.Headers.LastModified) = ("\"1\"", "Thu, 01 Jan 2026 00:00:00 GMT");
        return Results.Text("paid");
    });

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: http-client
        builder.Services.AddHttpClient("blobs").AddCircuitBreaker();
        // end snippet
    }

    protected override async Task CallAsync()
    {
        var clients = Services.GetRequiredService<IHttpClientFactory>();

        // snippet: azure
        var options = new BlobClientOptions
        {
            Transport = new HttpClientTransport(clients.CreateClient("blobs")),
            RetryPolicy = new RetryUnlessCircuitOpen(),
        };
        // end snippet
        options.Retry.NetworkTimeout = LibraryTimeout;
        var blob = new BlobClient(new Uri(Server.Address, "container/blob"), options);
        Assert.Equal("paid", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<RequestFailedException>(exception);
        Assert.Equal(503, seen.Status);
        Assert.True(IsRejected(seen));
    }

    private static bool IsRejected(RequestFailedException exception)
    {
        // snippet: azure-rejection
        return exception.GetRawResponse()?.Headers.TryGetValue("Proxy-Status", out var status) == true
            && status == CircuitRejection.ProxyStatus;
        // end snippet
    }
}
