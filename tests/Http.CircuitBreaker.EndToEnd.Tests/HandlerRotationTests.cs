using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests;

/// <summary>Circuits outlive the handlers that IHttpClientFactory replaces.</summary>
public sealed class HandlerRotationTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Circuit_stays_open_after_the_factory_has_replaced_the_handler()
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
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateClient(provider).GetAsync("pay"));
        var handlers = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        var first = handlers.CreateHandler("payments");

        var start = TimeProvider.System.GetTimestamp();
        while (ReferenceEquals(handlers.CreateHandler("payments"), first))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < _timeout, "The factory has not replaced the handler.");
            await Task.Delay(50);
        }

        using var rejected = await CreateClient(provider).GetAsync("pay");
        Assert.True(rejected.IsCircuitOpen());
        Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetSnapshots());
    }

    private static HttpClient CreateClient(ServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
}
