using System.Net;
using Http.CircuitBreaker.Clients.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Octokit;
using Octokit.Internal;

namespace Http.CircuitBreaker.Clients.Tests;

public sealed class OctokitTests : ClientContract
{
    protected override void Map(WebApplication app) =>
        app.MapGet("/repos/octocat/pay", () => Results.Text("{\"name\":\"pay\"}", "application/json"));

    protected override void AddClient(WebApplicationBuilder builder, Uri address) => builder.Services
        .AddCircuitBreaker("github")
        .AddSingleton(services =>
        {
            var client = CreateClient(services.GetRequiredService<CircuitBreakerHandlerFactory>(), address);
            client.SetRequestTimeout(LibraryTimeout);
            return client;
        });

    protected override async Task CallAsync()
    {
        var repository = await Services.GetRequiredService<GitHubClient>().Repository.Get("octocat", "pay");
        Assert.Equal("pay", repository.Name);
    }

    protected override void AssertRejected(Exception exception)
    {
        var seen = Assert.IsType<ApiException>(exception);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, seen.StatusCode);
        Assert.True(IsRejected(seen));
    }

    private static GitHubClient CreateClient(CircuitBreakerHandlerFactory breakers, Uri address)
    {
        var credentials = new InMemoryCredentialStore(Credentials.Anonymous);

        // snippet: octokit
        var http = new HttpClientAdapter(() => breakers.Create("github", HttpMessageHandlerFactory.CreateDefault()));
        var connection = new Connection(new ProductHeaderValue("app"), address, credentials, http, new SimpleJsonSerializer());
        return new GitHubClient(connection);
        // end snippet
    }

    private static bool IsRejected(ApiException exception)
    {
        // snippet: octokit-rejection
        return exception.HttpResponse.Headers.GetValueOrDefault("Proxy-Status") == CircuitRejection.ProxyStatus;
        // end snippet
    }
}
