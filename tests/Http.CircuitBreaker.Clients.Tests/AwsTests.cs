using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Clients.Tests;

// snippet: aws-factory
internal sealed class GuardedClients(IHttpClientFactory clients) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => clients.CreateClient("s3");
}
// end snippet

public sealed class AwsTests : ClientContract
{
    [Fact]
    public async Task AWS_SDK_does_not_retry_a_call_that_the_breaker_rejects_with_an_exception()
    {
        await StartAsync();
        await Server.SetAsync(Fault.InternalServerError);
        await OpenAsync();
        var rejected = Circuit.Rejected;

        AssertRejected(await Assert.ThrowsAnyAsync<Exception>(() => CallAsync().WaitAsync(Limit)));

        Assert.Equal(rejected + 1, Circuit.Rejected);
    }

    [Fact]
    public async Task AWS_SDK_retries_a_call_that_the_breaker_rejects_with_a_503_response()
    {
        await StartAsync();
        var services = new ServiceCollection();
        services.AddHttpClient("s3").AddCircuitBreaker();
        await using var provider = services.BuildServiceProvider();
        var circuits = provider.GetRequiredService<ICircuitRegistry>();
        circuits.Isolate(CircuitKey.FromUri("s3", Server.Address));
        using var s3 = CreateClient(provider.GetRequiredService<IHttpClientFactory>());

        await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetObjectAsync("bucket", "key").WaitAsync(Limit));

        Assert.InRange(Assert.Single(circuits.GetSnapshots()).Rejected, 2, int.MaxValue);
    }

    protected override void Map(WebApplication app) => app.MapGet("/bucket/key", () => "paid");

    protected override void AddClient(WebApplicationBuilder builder, Uri address)
    {
        // snippet: aws
        builder.Services.AddHttpClient("s3").AddCircuitBreaker(options => options.CreateRejection = (rejection, request) =>
        {
            var response = rejection.ToResponse(request);
            response.StatusCode = HttpStatusCode.FailedDependency;
            return response;
        });
        // end snippet
    }

    protected override async Task CallAsync()
    {
        using var s3 = CreateClient(Services.GetRequiredService<IHttpClientFactory>());
        using var response = await s3.GetObjectAsync("bucket", "key");
        using var reader = new StreamReader(response.ResponseStream);
        Assert.Equal("paid", await reader.ReadToEndAsync());
    }

    protected override void AssertRejected(Exception exception) =>
        Assert.Equal(HttpStatusCode.FailedDependency, Assert.IsType<AmazonS3Exception>(exception).StatusCode);

    private AmazonS3Client CreateClient(IHttpClientFactory clients)
    {
        // snippet: aws-client
        var config = new AmazonS3Config { HttpClientFactory = new GuardedClients(clients) };
        // end snippet
        (config.ServiceURL, config.ForcePathStyle, config.Timeout) = (Server.Address.ToString(), true, LibraryTimeout);
        return new AmazonS3Client(new AnonymousAWSCredentials(), config);
    }
}
