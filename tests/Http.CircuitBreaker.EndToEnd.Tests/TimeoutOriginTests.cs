using Http.CircuitBreaker.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>A hanging host opens the circuit even if the timeout is configured where the breaker cannot see it.</summary>
public sealed class TimeoutOriginTests
{
    [Fact]
    public async Task Timeout_set_in_a_typed_clients_constructor_opens_the_circuit()
    {
        await using var site = new RawSite(Behaviours.AnswerAndHang(""));
        var services = new ServiceCollection();
        services.AddHttpClient<ImpatientClient>().AddCircuitBreaker(options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<ImpatientClient>();

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => client.Http.GetAsync(site.Address));
        }

        using var rejected = await client.Http.GetAsync(site.Address);
        Assert.True(rejected.IsCircuitOpen());
    }

    [Fact]
    public async Task Circuit_opens_with_a_resilience_handler_in_the_client_defaults()
    {
        await using var site = new RawSite(Behaviours.AnswerAndHang(""));
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(0.3)).AddCircuitBreaker(options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(site.Address));
        }

        var arrivals = site.Arrivals;
        using var rejected = await client.GetAsync(site.Address);
        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(arrivals, site.Arrivals);
    }

    private sealed class ImpatientClient
    {
        public ImpatientClient(HttpClient http) => (Http, http.Timeout) = (http, TimeSpan.FromSeconds(0.3));

        public HttpClient Http { get; }
    }
}
