using CsCheck;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class OverdueCallsTests
{
    private readonly WaitingCalls _calls = new(1_000);

    [Fact]
    public void Hanging_call_is_counted_as_overdue_at_most_one_time_bucket_late()
    {
        _calls.Start(0);
        _calls.Start(450);

        Assert.Equal(0, _calls.Count(1_000));
        Assert.Equal(1, _calls.Count(1_100));
        Assert.Equal(1, _calls.Count(1_450));
        Assert.Equal(2, _calls.Count(1_550));
        Assert.Equal(2, _calls.Count(1_000_000));
    }

    [Fact]
    public void First_call_in_each_time_bucket_triggers_a_check_for_overdue_calls()
    {
        Assert.False(_calls.Start(50));
        Assert.True(_calls.Start(100));
        Assert.False(_calls.Start(198));
        Assert.True(_calls.Start(100_000));
    }

    [Fact]
    public void Completed_newer_calls_do_not_hide_overdue_calls()
    {
        for (var i = 0; i < 5; i++)
        {
            _calls.Start(0);
        }

        Assert.Equal(5, _calls.Count(2_000));
        for (var i = 0; i < 10; i++)
        {
            _calls.Start(2_000);
            _calls.End(5);
        }

        Assert.Equal(5, _calls.Count(2_000));
        Assert.Equal(5, _calls.Count(3_200));
    }

    [Fact]
    public void Calls_admitted_before_counting_started_are_not_counted_as_overdue()
    {
        var overdue = new OverdueCalls(1_000, origin: 500);
        overdue.End(admittedAt: 500);
        overdue.Start(501);

        Assert.Equal(0, overdue.Count(1_499));
        Assert.Equal(1, overdue.Count(1_700));
    }

    [Fact]
    public void Number_of_overdue_calls_is_accurate_to_one_time_bucket_for_any_order_of_calls() =>
        Gen.Select(Gen.Int[10, 300], Gen.Long[0, 100_000], Gen.Select(Gen.Int[0, 400], Gen.Int[0, 2], Gen.Int[0, 50]).Array[1, 80])
            .Sample((tenth, origin, steps) =>
            {
                var (calls, now) = (new WaitingCalls(tenth * 10L, origin), origin);
                foreach (var (thousandths, action, which) in steps)
                {
                    now += thousandths * tenth / 100L;
                    if (action == 0)
                    {
                        calls.End(which);
                    }
                    else
                    {
                        calls.Start(now);
                    }

                    Assert.InRange(calls.Count(now), calls.Truth(now, tenth * 11L), calls.Truth(now, tenth * 10L));
                }
            }, iter: 3_000);
}
