using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Scenarios 22 and 23: calls that wait are evidence while they wait.</summary>
public sealed class SlowAndInFlightTests
{
    private static Scenario Slow(int minimumThroughput = 4) =>
        new(s => s with { SlowCallDuration = 2_000, MinimumThroughput = minimumThroughput });

    [Fact]
    public void A_call_that_finds_overdue_ones_opens_the_circuit_and_is_rejected()
    {
        var circuit = Slow();
        var hanging = circuit.Start(10);

        circuit.After(2.5).Calls("R").Is(Open);

        var change = Assert.Single(circuit.Changes);
        Assert.Equal((CircuitTransitionReason.OverdueCalls, 10, 10, 10, "slow"), (change.Reason, change.Total, change.Failed, change.Overdue, change.FailureReason));
        Assert.All(hanging, permit => circuit.End(permit, 'F').Is(Open));
        Assert.Equal((10, 0), (circuit.Snapshot.TotalFailed, circuit.Snapshot.InFlight));
        Assert.Single(circuit.Changes);
    }

    [Fact]
    public void Calls_that_wait_for_less_than_the_slow_call_duration_open_nothing()
    {
        var circuit = Slow();
        circuit.Start(10);

        circuit.After(1.9).Calls("S").Is(Closed);
    }

    [Fact]
    public void One_call_that_hangs_beside_fast_ones_never_opens()
    {
        var circuit = Slow();
        circuit.Start();
        for (var i = 0; i < 300; i++)
        {
            circuit.Calls("S").After(1 / 9.0);
        }

        circuit.Is(Closed);
    }

    [Fact]
    public void Calls_left_hanging_by_an_earlier_phase_are_not_overdue_in_a_new_one()
    {
        var circuit = Slow();
        circuit.Start(10);
        circuit.After(2.5).Calls("R").Is(Open).After(30).Calls("S").Is(Closed);

        circuit.After(5).Calls("S").After(5).Calls("S").Is(Closed);
        Assert.Equal((0, 10), (circuit.Snapshot.Overdue, circuit.Snapshot.InFlight));
    }

    [Fact]
    public void Overdue_calls_that_end_count_once()
    {
        var circuit = Slow(minimumThroughput: 100);
        var hanging = circuit.Start(10);
        circuit.After(2.5);
        Assert.Equal((10, 10, 10), (circuit.Snapshot.Total, circuit.Snapshot.Failed, circuit.Snapshot.Overdue));

        for (var i = 0; i < 10; i++)
        {
            circuit.End(hanging[i], Verdict.Failure(FailureReasons.Slow));
            Assert.Equal((10, 10, 9 - i), (circuit.Snapshot.Total, circuit.Snapshot.Failed, circuit.Snapshot.Overdue));
        }
    }

    [Fact]
    public void Overdue_calls_and_failures_share_one_ratio()
    {
        var circuit = Slow(minimumThroughput: 8);
        circuit.Start(2);
        circuit.Calls("S S S S F F").Is(Closed);

        circuit.After(2.5).Calls("R").Is(Open);
        Assert.Equal((8, 4, 2), (circuit.Changes[0].Total, circuit.Changes[0].Failed, circuit.Changes[0].Overdue));
    }

    [Fact]
    public void A_reload_that_sets_a_slow_call_duration_sees_the_calls_that_wait_already()
    {
        var circuit = new Scenario();
        circuit.Start(10);
        circuit.Circuit.Apply(Scenario.Defaults with { SlowCallDuration = 2_000 }, circuit.Now);

        circuit.After(2.5).Calls("R").Is(Open);
    }

    [Fact]
    public void Overdue_calls_do_not_feed_the_failures_in_a_row()
    {
        var circuit = new Scenario(s => s with { SlowCallDuration = 2_000, MinimumThroughput = 100, ConsecutiveFailures = 3 });
        circuit.Start(10);

        circuit.After(5).Calls("F F").Is(Closed).Calls("F").Is(Open);
    }

    [Fact]
    public void A_snapshot_shows_overdue_calls_without_opening()
    {
        var circuit = Slow();
        circuit.Start(10);

        Assert.Equal((10, Closed), (circuit.After(60).Snapshot.Overdue, circuit.State));
    }
}
