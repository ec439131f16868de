using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Counting;

public sealed class CallCountersTests
{
    private readonly CallCounters _counters = new();

    [Fact]
    public void Each_outcome_is_counted_separately()
    {
        _counters.End(CircuitOutcome.Success, isBody: false);
        _counters.End(CircuitOutcome.Failure, isBody: false);
        _counters.End(CircuitOutcome.Failure, isBody: false);
        _counters.End(CircuitOutcome.Ignored, isBody: false);

        Assert.Equal(new CallTotals(1, 2, 1), _counters.Totals);
        Assert.Equal(new CallEvidence(1, 2), _counters.Evidence);
        Assert.Equal(4, _counters.Totals.Count);
    }

    [Fact]
    public void Calls_without_a_result_count_as_in_flight()
    {
        _counters.Start();
        _counters.Start();
        _counters.End(CircuitOutcome.Ignored, isBody: false);

        Assert.Equal((2, 1), (_counters.Started, _counters.InFlight));
    }

    [Fact]
    public void A_failed_body_turns_a_success_into_a_failure()
    {
        _counters.End(CircuitOutcome.Success, isBody: false);
        _counters.End(CircuitOutcome.Success, isBody: false);
        _counters.End(CircuitOutcome.Success, isBody: true);
        _counters.End(CircuitOutcome.Failure, isBody: true);

        Assert.Equal(new CallTotals(1, 1, 0), _counters.Totals);
        Assert.Equal(new CallEvidence(1, 1), _counters.Evidence);
    }

    [Fact]
    public void Late_results_change_the_totals_but_not_the_counts_that_open_the_circuit()
    {
        _counters.EndLate(CircuitOutcome.Success, isBody: false);
        _counters.EndLate(CircuitOutcome.Failure, isBody: false);
        _counters.EndLate(CircuitOutcome.Ignored, isBody: false);

        Assert.Equal(new CallTotals(1, 1, 1), _counters.Totals);
        Assert.Equal(new CallEvidence(0, 0), _counters.Evidence);
    }

    [Fact]
    public void Late_body_failure_changes_the_totals_but_not_the_counts_that_open_the_circuit()
    {
        _counters.End(CircuitOutcome.Success, isBody: false);
        _counters.EndLate(CircuitOutcome.Failure, isBody: true);

        Assert.Equal(new CallTotals(0, 1, 0), _counters.Totals);
        Assert.Equal(new CallEvidence(1, 0), _counters.Evidence);
    }

    [Fact]
    public void Totals_can_be_added_and_subtracted()
    {
        Assert.Equal(new CallTotals(11, 22, 33), new CallTotals(1, 2, 3) + new CallTotals(10, 20, 30));
        Assert.Equal(new CallTotals(9, 18, 27), new CallTotals(10, 20, 30) - new CallTotals(1, 2, 3));
    }

    [Fact]
    public void Concurrent_calls_are_all_counted()
    {
        CircuitThreads.RunTogether(8, _ => Repeat(10_000, () =>
        {
            _counters.Start();
            _counters.End(CircuitOutcome.Success, isBody: false);
            _counters.Start();
            _counters.End(CircuitOutcome.Failure, isBody: false);
        }));

        Assert.Equal((160_000, 80_000, 80_000, 0), (_counters.Started, _counters.Totals.Succeeded, _counters.Totals.Failed, _counters.InFlight));
    }

    [Fact]
    public void Counts_read_during_concurrent_calls_never_contain_too_many_failures()
    {
        // Each call succeeds before one fails, so there are never more failures than successes.
        var (isOver, most) = (false, 0L);
        CircuitThreads.RunTogether(
            () =>
            {
                Repeat(1_000_000, () =>
                {
                    _counters.End(CircuitOutcome.Success, isBody: false);
                    _counters.End(CircuitOutcome.Failure, isBody: false);
                });
                Volatile.Write(ref isOver, true);
            },
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    var evidence = _counters.Evidence;
                    most = Math.Max(most, evidence.Failed - evidence.Succeeded);
                }
            });

        Assert.Equal(0, most);
    }

    [Fact]
    public void Counts_that_open_the_circuit_never_include_late_failures_during_concurrent_calls()
    {
        var (isOver, most) = (false, 0L);
        CircuitThreads.RunTogether(
            () =>
            {
                Repeat(1_000_000, () => _counters.EndLate(CircuitOutcome.Failure, isBody: false));
                Volatile.Write(ref isOver, true);
            },
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    most = Math.Max(most, _counters.Evidence.Failed);
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
