using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class SliceTimerTests
{
    [Theory]
    [InlineData(5_000, 1)]
    [InlineData(5_099, 1)]
    [InlineData(5_100, 2)]
    [InlineData(5_999, 10)]
    [InlineData(6_000, 11)]
    public void Slices_are_tenths_counted_from_one(long time, long expected) => Assert.Equal(expected, new SliceTimer(1_000, 5_000).SliceOf(time));

    [Fact]
    public void A_new_slice_is_due_at_its_first_millisecond_until_the_timer_is_wound()
    {
        var timer = new SliceTimer(1_000, 5_000);
        Assert.False(timer.IsDue(5_000));
        Assert.False(timer.IsDue(5_099));
        Assert.True(timer.IsDue(5_100));

        timer.Wind(2);

        Assert.False(timer.IsDue(5_199));
        Assert.True(timer.IsDue(5_200));
        Assert.True(timer.IsDue(1_000_000));
    }

    [Fact]
    public void Winding_to_an_older_slice_does_not_turn_it_back()
    {
        var timer = new SliceTimer(1_000, 0);
        timer.Wind(7);

        timer.Wind(3);

        Assert.False(timer.IsDue(699));
        Assert.True(timer.IsDue(700));
    }

    [Fact]
    public void A_slice_of_a_tiny_duration_is_a_millisecond() => Assert.Equal(4, new SliceTimer(1, 0).SliceOf(3));

    [Fact]
    public void A_clock_near_its_overflow_does_no_harm()
    {
        var origin = long.MaxValue - 500;
        var timer = new SliceTimer(10_000, origin);

        Assert.False(timer.IsDue(origin + 400));
        Assert.True(timer.IsDue(unchecked(origin + 1_000)));
    }
}
