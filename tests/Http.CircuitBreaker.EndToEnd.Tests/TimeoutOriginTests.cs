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

        await TimeOutUntilRejectedAsync(() => client.Http.GetAsync(site.Address));
    }

    [Fact]
    public async Task Circuit_opens_with_a_resilience_handler_in_the_client_defaults()
    {
        await using var site = new RawSite(Behaviours.AnswerAndHang(""));
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler());
        services.AddHttpClient("payments", client => client.Timeout = TimeSpan.FromSeconds(1)).AddCircuitBreaker(options => (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (3, TimeSpan.Zero));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        await TimeOutUntilRejectedAsync(() => client.GetAsync(site.Address));

        var arrivals = site.Arrivals;
        using var rejected = await client.GetAsync(site.Address);
        Assert.True(rejected.IsCircuitOpen());
        Assert.Equal(arrivals, site.Arrivals);
    }

    // Three timeouts open the circuit. A busy machine may cancel a call so late that it does not count, hence nine calls.
    private static async Task TimeOutUntilRejectedAsync(Func<Task<HttpResponseMessage>> send)
    {
        for (var calls = 0; calls < 9; calls++)
        {
            try
            {
                using var response = await send();
                Assert.True(response.IsCircuitOpen());
                Assert.InRange(calls, 3, 9);
                return;
            }
            catch (TaskCanceledException)
            {
            }
        }

        Assert.Fail("The circuit did not open.");
    }

    private sealed class ImpatientClient
    {
        public ImpatientClient(HttpClient http) => (Http, http.Timeout) = (http, TimeSpan.FromSeconds(1));

        public HttpClient Http { get; }
    }
}
