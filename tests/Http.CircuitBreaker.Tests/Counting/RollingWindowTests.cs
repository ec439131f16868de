using CsCheck;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class RollingWindowTests
{
    private const long Duration = 1_000;

    // Ends of calls, each so many milliseconds after the one before it.
    private static readonly Gen<(int Gap, bool IsFailure)[]> _histories =
        Gen.Select(Gen.Frequency((4, Gen.Int[0, 40]), (2, Gen.Int[50, 300]), (1, Gen.Int[900, 4_000])), Gen.Bool).Array[1, 80];

    [Fact]
    public void Looks_back_at_least_nine_and_at_most_ten_tenths_of_its_duration() =>
        Gen.Select(_histories, Gen.Int[0, 1_500]).Sample((history, wait) =>
        {
            var counters = new CallCounters();
            var window = new RollingWindow(Duration, 0, counters.Ended);
            var ends = new List<(long At, bool IsFailure)>();
            var now = 0L;
            foreach (var (gap, isFailure) in history)
            {
                now += gap;
                window.Tick(now, counters);
                counters.End(isFailure ? CircuitOutcome.Failure : CircuitOutcome.Success);
                ends.Add((now, isFailure));
                AssertWithinBounds(window.Count(now, counters.Ended), ends, now);
            }

            AssertWithinBounds(window.Count(now + wait, counters.Ended), ends, now + wait);
        });

    [Fact]
    public void A_thread_with_a_stale_clock_does_no_harm()
    {
        var counters = new CallCounters();
        var window = new RollingWindow(Duration, 0, counters.Ended);
        foreach (var now in new long[] { 0, 500, 950, 120, 1_400, 499, 1_450 })
        {
            window.Tick(now, counters);
            counters.Succeed();
        }

        // The window begins with the slice from 500 on: what ended before it is forgotten, what came late with an old time is not.
        Assert.Equal(6, window.Count(1_450, counters.Ended).Total);
    }

    [Fact]
    public void Is_empty_after_any_time_without_calls() =>
        Gen.Long[1_000, 100_000_000_000].Sample(idle =>
        {
            var counters = new CallCounters();
            var window = new RollingWindow(Duration, 0, counters.Ended);
            counters.Fail();

            return window.Count(idle, counters.Ended) == default;
        });

    [Fact]
    public void Begins_at_the_counters_that_it_is_given()
    {
        var counters = new CallCounters();
        counters.Fail();
        var window = new RollingWindow(Duration, 5_000, counters.Ended);
        counters.Succeed();

        Assert.Equal(new WindowCounts(1, 0, 0), window.Count(5_001, counters.Ended));
    }

    [Fact]
    public void A_call_that_fails_in_its_body_moves_from_one_number_to_the_other()
    {
        var counters = new CallCounters();
        var window = new RollingWindow(Duration, 0, counters.Ended);
        counters.Succeed();
        counters.Succeed();
        counters.FailInBody();

        Assert.Equal(new WindowCounts(2, 1, 0), window.Count(10, counters.Ended));
        Assert.Equal(new CallTotals(1, 1, 0), counters.Ended);
    }

    [Fact]
    public void A_window_without_calls_has_ratio_zero() => Assert.Equal(0, default(WindowCounts).Ratio);

    private static void AssertWithinBounds(WindowCounts window, List<(long At, bool IsFailure)> ends, long now)
    {
        var certain = ends.Where(end => now - end.At < Duration * 9 / 10).ToList();
        var possible = ends.Where(end => now - end.At < Duration).ToList();
        Assert.InRange(window.Total, certain.Count, possible.Count);
        Assert.InRange(window.Failed, certain.Count(end => end.IsFailure), possible.Count(end => end.IsFailure));
    }
}
