using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// A reload during the creation of a circuit. A new circuit reads the clock after its settings are chosen and before a reload can find it,
/// so the clock triggers the reload.
/// </summary>
public sealed class ReloadRaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Circuit_created_during_a_reload_has_the_new_settings(int readOfTheClock)
    {
        // With a SlowCallDuration the end of a call reads the clock as well.
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

    [Fact]
    public async Task Simultaneous_changes_of_two_configurations_both_apply()
    {
        using var app = ConfigurationApp.With("");
        var other = new ConfigurationFile(ConfigurationText.Root(""));
        using var hasRead = new SemaphoreSlim(0);
        using var mayContinue = new SemaphoreSlim(0);
        var pauses = false;
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker(ConfigurationText.Watched(other).GetSection("HttpCircuitBreaker")).AddCircuitBreaker(_ =>
        {
            // The section has been read by now.
            if (pauses)
            {
                pauses = false;
                hasRead.Release();
                mayContinue.Wait(TimeSpan.FromSeconds(30));
            }
        });
        await app.IsRejected("a", "https://host/");
        await app.IsRejected("b", "https://host/");

        pauses = true;
        var first = Task.Run(() => app.Change("'Mode': 'Observe'"));
        Assert.True(await hasRead.WaitAsync(TimeSpan.FromSeconds(30)));
        other.Change(ConfigurationText.Root("'Mode': 'Disabled'"));
        mayContinue.Release();
        await first;

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("a", "https://host/").Mode);
        Assert.Equal(CircuitBreakerMode.Disabled, app.Circuit("b", "https://host/").Mode);
    }
}
