using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// A reload in the middle of a call. A new circuit reads the time after its settings were chosen and before a reload can find it: the
/// clock lets the reload come exactly then, which threads hit once in a million.
/// </summary>
public sealed class ReloadRaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_circuit_that_is_created_during_a_reload_has_the_new_settings(int readOfTheClock)
    {
        // Judged for latency, so that also the end of a call that is answered at once reads the clock.
        using var app = ConfigurationApp.With("'SlowCallDuration': '00:00:05'");
        var clock = new ConfigurationClock();
        app.Services.AddSingleton<TimeProvider>(clock);
        app.AddClient("client").AddCircuitBreaker();
        var client = app.Client("client");
        var reads = 0;
        clock.OnRead = () =>
        {
            if (++reads == readOfTheClock)
            {
                app.Change("'Mode': 'Observe', 'SlowCallDuration': '00:00:05'");
            }
        };

        using var response = await client.GetAsync(new Uri("https://host/"));

        Assert.True(reads >= readOfTheClock);
        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", "https://host/").Mode);
    }
}
