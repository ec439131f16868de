using CsCheck;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class RollingWindowTests
{
    [Fact]
    public void New_rolling_window_does_not_include_earlier_results()
    {
        var counters = new CallCounters();
        counters.End(CircuitOutcome.Failure, isBody: false);

        Assert.Equal(default, new RollingWindow(1_000, 0, counters).Count(0));
    }

    [Fact]
    public void Late_results_are_not_counted_in_the_rolling_window()
    {
        var counters = new CallCounters();
        var window = new RollingWindow(1_000, 0, counters);
        counters.EndLate(CircuitOutcome.Failure, isBody: false);
        counters.EndLate(CircuitOutcome.Success, isBody: false);

        Assert.Equal(default, window.Count(0));
    }

    [Fact]
    public void Body_failure_is_counted_once_even_if_its_call_has_left_the_window()
    {
        var counters = new CallCounters();
        var window = new RollingWindow(1_000, 0, counters);
        window.Advance(0);
        counters.End(CircuitOutcome.Success, isBody: false);
        window.Advance(5_000);
        counters.End(CircuitOutcome.Failure, isBody: true);

        Assert.Equal(new WindowCounts(1, 1), window.Count(5_000));
    }

    [Fact]
    public void Idle_time_empties_the_window()
    {
        var window = new CountedWindow(1_000);
        window.End(500, isFailure: true);
        window.End(10_500, isFailure: false);

        Assert.Equal((1, 0), window.Count(10_500));
        Assert.Equal((0, 0), window.Count(1_000_000));
    }

    [Fact]
    public void Results_in_the_first_bucket_expire_even_without_another_call()
    {
        var window = new CountedWindow(1_000);
        window.End(50, isFailure: true);

        Assert.Equal((1, 1), window.Count(999));
        Assert.Equal((0, 0), window.Count(1_000));
    }

    [Fact]
    public void Window_covers_90_to_100_percent_of_its_duration() =>
        Gen.Select(Gen.Int[10, 5_000], Gen.Long[0, 1_000_000], Gen.Select(Gen.Int[0, 700], Gen.Bool, Gen.Bool).Array[1, 60])
            .Sample((tenth, origin, steps) =>
            {
                var duration = tenth * 10L;
                var (window, now) = (new CountedWindow(duration, origin), origin);
                foreach (var (thousandths, isCall, isFailure) in steps)
                {
                    now += thousandths * duration / 1_000;
                    if (isCall)
                    {
                        window.End(now, isFailure);
                    }

                    var (atLeast, counted, atMost) = (window.Truth(now, duration - tenth), window.Count(now), window.Truth(now, duration));
                    Assert.InRange(counted.Total, atLeast.Total, atMost.Total);
                    Assert.InRange(counted.Failed, atLeast.Failed, atMost.Failed);
                }
            }, iter: 2_000);

    [Fact]
    public void Recent_results_stay_in_the_window_if_a_clock_value_from_the_past_follows() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 600], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var (window, now) = (new CountedWindow(1_000), 1_000L);
            foreach (var (step, stale, isFailure) in steps)
            {
                now += step;
                window.Advance(now);
                window.End(now, isFailure);
                window.Advance(now - stale);

                Assert.InRange(window.Count(now).Total, window.Truth(now, 900).Total, window.Truth(now, 1_000).Total);
                Assert.InRange(window.Count(now - stale).Total, 0, steps.Length);
            }
        }, iter: 1_000);
}
