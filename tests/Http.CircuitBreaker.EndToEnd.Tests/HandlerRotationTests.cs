using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>The factory replaces handlers after their lifetime; circuits are no part of them.</summary>
public sealed class HandlerRotationTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_circuit_stays_open_when_the_factory_has_replaced_the_handler()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments", client => client.BaseAddress = new Uri("http://127.0.0.1:1/"))
            .SetHandlerLifetime(TimeSpan.FromSeconds(1))
            .AddCircuitBreaker(options =>
            {
                (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (1, TimeSpan.Zero);
                options.BreakDuration = TimeSpan.FromHours(1);
            });
        await using var provider = services.BuildServiceProvider();
        await Assert.ThrowsAsync<HttpRequestException>(() => NewClient(provider).GetAsync("pay"));
        var handlers = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        var first = handlers.CreateHandler("payments");

        var start = TimeProvider.System.GetTimestamp();
        while (ReferenceEquals(handlers.CreateHandler("payments"), first))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < _patience, "The factory keeps its handler.");
            await Task.Delay(50);
        }

        using var rejected = await NewClient(provider).GetAsync("pay");
        Assert.True(rejected.IsCircuitOpen());
        Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
    }

    private static HttpClient NewClient(ServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
}
