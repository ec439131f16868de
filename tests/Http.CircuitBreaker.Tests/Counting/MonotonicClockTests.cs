using Http.CircuitBreaker.Counting;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class MonotonicClockTests
{
    [Fact]
    public void Clock_returns_the_elapsed_time_of_its_TimeProvider_in_milliseconds()
    {
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        Assert.Equal(0, clock.Now);

        time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(400 * 86_400_000L, clock.Now);
    }

    [Fact]
    public void Clock_with_the_system_time_provider_returns_the_tick_count()
    {
        var before = Environment.TickCount64;

        Assert.InRange(new MonotonicClock(TimeProvider.System).Now, before, Environment.TickCount64);
    }
}
