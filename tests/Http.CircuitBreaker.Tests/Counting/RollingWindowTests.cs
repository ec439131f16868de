using CsCheck;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class RollingWindowTests
{
    [Fact]
    public void A_new_window_starts_at_the_present_counters()
    {
        var counters = new CallCounters();
        counters.Fail();

        var counts = new RollingWindow(1_000, 0, counters.Ended).Count(0, counters.Ended);

        Assert.Equal(new WindowCounts(0, 0, 0), counts);
    }

    [Fact]
    public void Idle_for_ten_windows_leaves_nothing()
    {
        var window = new CircuitWindow(1_000);
        window.End(500, isFailure: true);
        window.End(10_500, isFailure: false);

        Assert.Equal((1, 0), window.Count(10_500));
        Assert.Equal((0, 0), window.Count(1_000_000));
    }

    [Fact]
    public void What_ended_in_the_first_slice_leaves_though_no_call_turned_a_slice()
    {
        var window = new CircuitWindow(1_000);
        window.End(50, isFailure: true);

        Assert.Equal((1, 1), window.Count(999));
        Assert.Equal((0, 0), window.Count(1_000));
    }

    [Fact]
    public void It_looks_back_nine_tenths_at_least_and_the_whole_at_most() =>
        Gen.Select(Gen.Int[10, 5_000], Gen.Long[0, 1_000_000], Gen.Select(Gen.Int[0, 700], Gen.Bool, Gen.Bool).Array[1, 60])
            .Sample((tenth, origin, steps) =>
            {
                var duration = tenth * 10L;
                var (window, now) = (new CircuitWindow(duration, origin), origin);
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
    public void Stale_clock_values_lose_nothing_that_ended_in_the_last_nine_tenths() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 600], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var (window, now) = (new CircuitWindow(1_000), 1_000L);
            foreach (var (step, stale, isFailure) in steps)
            {
                now += step;
                window.Tick(now);
                window.End(now, isFailure);
                window.Tick(now - stale);

                // A call by a stale clock never makes the window count more than there is, or less than the sure part.
                Assert.InRange(window.Count(now).Total, window.Truth(now, 900).Total, window.Truth(now, 1_000).Total);
                Assert.InRange(window.Count(now - stale).Total, 0, steps.Length);
            }
        }, iter: 1_000);
}
