using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RichardSzalay.MockHttp;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>The recipes of docs/testing.md do what the page says.</summary>
public sealed class TestingRecipesTests
{
    [Fact]
    public async Task Circuit_opens_after_two_failures_and_closes_after_a_second()
    {
        var isFailing = true;
        using var mock = new MockHttpMessageHandler();
        mock.When("*").Respond(_ => new HttpResponseMessage(isFailing ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        var services = new ServiceCollection();
        var time = ReadmeSnippets.FakeTime(services, mock);
        using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        await client.GetAsync("https://api.example.com/");
        await client.GetAsync("https://api.example.com/");
        using var rejected = await client.GetAsync("https://api.example.com/");
        Assert.True(rejected.IsCircuitOpen());

        isFailing = false;
        time.Advance(TimeSpan.FromSeconds(1));
        using var probe = await client.GetAsync("https://api.example.com/");
        var circuit = provider.GetRequiredService<ICircuitRegistry>().Find(CircuitKey.FromUri("payments", new Uri("https://api.example.com")));
        Assert.Equal((HttpStatusCode.OK, CircuitState.Closed), (probe.StatusCode, circuit!.State));
    }

    [Fact]
    public async Task Mock_handler_can_return_a_rejection()
    {
        using var mock = new MockHttpMessageHandler();
        var rejection = ReadmeSnippets.Rejected(mock);
        using var client = new HttpClient(mock);

        using var response = await client.GetAsync("https://api.example.com/");

        Assert.True(response.IsCircuitOpen(out var seen));
        Assert.Same(rejection, seen);
    }
}
