using Http.CircuitBreaker.Counting;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class MonotonicClockTests
{
    [Fact]
    public void Counts_milliseconds_of_the_time_provider()
    {
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        time.Advance(TimeSpan.FromMilliseconds(1_234.9));

        Assert.Equal(1_234, clock.Now);
    }

    [Fact]
    public void Does_not_overflow_within_years()
    {
        var time = new FakeTimeProvider();
        var clock = new MonotonicClock(time);
        time.Advance(TimeSpan.FromDays(36_500));

        Assert.Equal(36_500L * 86_400_000, clock.Now);
    }

    [Fact]
    public void Is_the_systems_tick_count_with_the_systems_time_provider()
    {
        var before = Environment.TickCount64;

        Assert.InRange(new MonotonicClock(TimeProvider.System).Now, before, Environment.TickCount64);
    }
}
