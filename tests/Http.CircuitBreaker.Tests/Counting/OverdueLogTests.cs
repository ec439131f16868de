using CsCheck;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class OverdueLogTests
{
    private readonly CircuitWaits _waits = new(1_000);

    [Fact]
    public void In_a_hang_the_count_is_exact_within_a_slice_of_its_time()
    {
        _waits.Start(0);
        _waits.Start(450);

        Assert.Equal(0, _waits.Count(1_000));
        Assert.Equal(1, _waits.Count(1_100));
        Assert.Equal(1, _waits.Count(1_450));
        Assert.Equal(2, _waits.Count(1_500));
        Assert.Equal(2, _waits.Count(1_000_000));
    }

    [Fact]
    public void Before_the_duration_has_passed_nothing_is_overdue()
    {
        _waits.Start(0);

        Assert.Equal(0, _waits.Count(999));
    }

    [Fact]
    public void The_first_call_of_a_slice_is_the_moment_to_look()
    {
        Assert.False(_waits.Start(50));
        Assert.True(_waits.Start(100));
        Assert.False(_waits.Start(199));
        Assert.True(_waits.Start(100_000));
    }

    [Fact]
    public void Calls_that_waited_before_the_log_was_made_count_from_then_on()
    {
        var counters = new CallCounters();
        counters.Start(0);
        var log = new OverdueLog(1_000, 500, counters);

        Assert.Equal(0, log.Count(1_499, counters.Started, counters.Ended));
        Assert.Equal(1, log.Count(1_500, counters.Started, counters.Ended));
    }

    [Fact]
    public void Young_calls_that_end_only_lower_the_count()
    {
        _waits.Start(0);
        _waits.Start(0);
        _waits.Start(1_500);
        _waits.End(2);

        Assert.Equal(1, _waits.Count(1_500));
        Assert.Equal(2, _waits.Truth(1_500, 1_000));
    }

    [Fact]
    public void The_count_is_never_more_than_the_truth() =>
        Gen.Select(Gen.Int[10, 300], Gen.Long[0, 100_000], Gen.Select(Gen.Int[0, 400], Gen.Int[0, 2], Gen.Int[0, 50]).Array[1, 80])
            .Sample((tenth, origin, steps) =>
            {
                var (waits, now) = (new CircuitWaits(tenth * 10L, origin), origin);
                foreach (var (thousandths, action, which) in steps)
                {
                    now += thousandths * tenth / 100L;
                    if (action == 0)
                    {
                        waits.End(which);
                    }
                    else
                    {
                        waits.Start(now);
                    }

                    Assert.InRange(waits.Count(now), 0, waits.Truth(now, tenth * 10L));
                }
            }, iter: 2_000);

    [Fact]
    public void If_nothing_ends_it_is_exact_within_a_slice() =>
        Gen.Select(Gen.Int[10, 300], Gen.Long[0, 100_000], Gen.Int[0, 400].Array[1, 80]).Sample((tenth, origin, steps) =>
        {
            var (waits, now) = (new CircuitWaits(tenth * 10L, origin), origin);
            foreach (var thousandths in steps)
            {
                now += thousandths * tenth / 100L;
                waits.Start(now);

                Assert.InRange(waits.Count(now), waits.Truth(now, tenth * 11L), waits.Truth(now, tenth * 10L));
            }
        }, iter: 1_000);
}
