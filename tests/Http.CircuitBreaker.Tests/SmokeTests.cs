using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task A_failing_host_opens_its_circuit_and_a_healthy_one_closes_it_again()
    {
        var time = new FakeTimeProvider();
        var status = HttpStatusCode.InternalServerError;
        var inner = new StubHandler((request, _) => Task.FromResult(new HttpResponseMessage(status)));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddHttpClient("payments").AddCircuitBreaker().ConfigurePrimaryHttpMessageHandler(() => inner);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        var registry = provider.GetRequiredService<ICircuitRegistry>();

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("http://host/")).StatusCode);
        }

        var rejected = await client.GetAsync("http://host/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.True(rejected.IsCircuitOpen(out var rejection));
        Assert.Equal(CircuitState.Open, rejection.State);
        Assert.Equal(10, inner.Calls);

        status = HttpStatusCode.OK;
        time.Advance(TimeSpan.FromSeconds(6));
        await client.GetAsync("http://host/");
        await client.GetAsync("http://host/");
        Assert.Equal(CircuitState.Closed, Assert.Single(registry.GetSnapshots()).State);
    }
}
