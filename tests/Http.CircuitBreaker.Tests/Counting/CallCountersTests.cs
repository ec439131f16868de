using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class CallCountersTests
{
    private readonly CallCounters _counters = new();

    [Fact]
    public void Each_outcome_has_its_own_counter()
    {
        _counters.End(CircuitOutcome.Success);
        _counters.End(CircuitOutcome.Failure);
        _counters.End(CircuitOutcome.Failure);
        _counters.End(CircuitOutcome.Ignored);

        Assert.Equal(new CallTotals(1, 2, 1), _counters.Ended);
        Assert.Equal(4, _counters.Ended.Count);
    }

    [Fact]
    public void In_flight_is_what_started_and_has_not_ended()
    {
        _counters.Start(0);
        _counters.Start(0);
        _counters.Ignore();
        _counters.SucceedAtOnce(0);

        Assert.Equal((3, 1), (_counters.Started, _counters.InFlight));
    }

    [Fact]
    public void A_failure_in_a_body_moves_one_call_also_after_a_folding()
    {
        Repeat(4, _counters.Succeed);
        _counters.FailInBody();
        Assert.Equal(new CallTotals(3, 1, 0), _counters.Ended);
        Assert.Equal(new CallTotals(3, 1, 0), _counters.Fold());

        _counters.FailInBody();
        Assert.Equal(new CallTotals(2, 2, 0), _counters.Ended);
        Assert.Equal(new CallTotals(-1, 1, 0), _counters.Fold());
    }

    [Fact]
    public void A_folding_takes_what_has_ended_since_the_one_before()
    {
        _counters.SucceedAtOnce(0);
        _counters.Ignore();
        Assert.Equal(new CallTotals(1, 0, 1), _counters.EndedSinceFolded);
        Assert.Equal(new CallTotals(1, 0, 1), _counters.Fold());
        Assert.Equal(default, _counters.EndedSinceFolded);

        _counters.SucceedAtOnce(0);
        _counters.Fail();
        Assert.Equal(new CallTotals(1, 1, 0), _counters.EndedSinceFolded);
        Assert.Equal(new CallTotals(1, 1, 0), _counters.Fold());
        Assert.Equal(default, _counters.Fold());
    }

    [Fact]
    public void Totals_add_up_and_differ()
    {
        Assert.Equal(new CallTotals(11, 22, 33), new CallTotals(1, 2, 3) + new CallTotals(10, 20, 30));
        Assert.Equal(new CallTotals(9, 18, 27), new CallTotals(10, 20, 30) - new CallTotals(1, 2, 3));
    }

    [Fact]
    public void Where_processors_meet_the_counters_are_spread_and_what_was_counted_stays()
    {
        Repeat(5, () => _counters.Start(0));
        Repeat(2, _counters.Succeed);
        _counters.SucceedAtOnce(0);
        for (var processor = 0; processor <= Contention.EnoughMeetings; processor++)
        {
            Assert.False(_counters.IsSpread);
            _counters.Look(now: 0, processor);
        }

        Assert.True(_counters.IsSpread);
        Repeat(3, () => _counters.Start(0));
        Repeat(3, _counters.Succeed);
        Repeat(4, () => _counters.SucceedAtOnce(0));
        _counters.Fail();

        Assert.Equal((13, new CallTotals(10, 1, 0), 2), (_counters.Started, _counters.Ended, _counters.InFlight));
        Assert.Equal(new CallTotals(10, 1, 0), _counters.Fold());
    }

    [Fact]
    public void One_processor_alone_needs_no_stripes()
    {
        Repeat(100, () => _counters.Look(now: 0, processor: 1));

        Assert.False(_counters.IsSpread);
    }

    [Fact]
    public void Nothing_is_lost_when_threads_count_together()
    {
        CircuitThreads.RunTogether(8, _ => Repeat(10_000, () =>
        {
            _counters.Start(0);
            _counters.Succeed();
            _counters.Start(0);
            _counters.Fail();
            _counters.SucceedAtOnce(0);
        }));

        Assert.Equal((240_000, 160_000, 80_000, 0), (_counters.Started, _counters.Ended.Succeeded, _counters.Ended.Failed, _counters.InFlight));
    }

    [Fact]
    public void A_reading_amid_traffic_never_shows_more_failures_than_there_were_beside_its_successes()
    {
        // Each call succeeds before one fails, so at no moment have more failed than succeeded: a reading must not say so either.
        var (isOver, most) = (false, 0L);
        CircuitThreads.RunTogether(
            () =>
            {
                Repeat(1_000_000, () =>
                {
                    _counters.Succeed();
                    _counters.Fail();
                });
                Volatile.Write(ref isOver, true);
            },
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    var ended = _counters.Ended;
                    most = Math.Max(most, ended.Failed - ended.Succeeded);
                }
            });

        Assert.Equal(0, most);
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
