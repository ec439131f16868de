using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ControlTests
{
    private readonly CircuitHarness _circuit = new();

    [Theory]
    [InlineData(Closed)]
    [InlineData(Open)]
    [InlineData(HalfOpen)]
    [InlineData(Isolated)]
    public void Circuit_isolated_in_any_state_rejects_calls_indefinitely(CircuitState state)
    {
        var circuit = CircuitScenario.In(state).Isolate(reason: "migration");

        circuit.Is(Isolated).Wait(1_000_000).Reject(3).Is(Isolated);

        Assert.Equal(("migration", null, false), (circuit.Snapshot.IsolationReason, circuit.Snapshot.Until, circuit.Snapshot.ProbeDue));
    }

    [Fact]
    public void Timed_isolation_ends_in_the_same_way_as_a_break()
    {
        _circuit.Isolate(60).WaitForBreakEnd(less: 1).Reject().Wait(0.001).Is(Isolated).Start();

        _circuit.Is(HalfOpen).Reject();
        Assert.Equal([Isolated, HalfOpen], _circuit.Changes.Select(change => change.State));
        Assert.Equal(60, _circuit.Changes[0].BreakDuration!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Failure)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Late_results_do_not_end_an_isolation(CircuitOutcome outcome)
    {
        var calls = _circuit.Start(2);
        _circuit.OpenUntilProbe();
        var probe = _circuit.Start();
        _circuit.Isolate();

        probe.End(outcome);
        Array.ForEach(calls, call => call.End(outcome));

        _circuit.Is(Isolated).Reject();
    }

    [Fact]
    public void Isolating_twice_raises_one_event_but_updates_the_end_and_reason()
    {
        _circuit.Isolate(60, "first").Wait(10).Isolate(100, "second");

        Assert.Single(_circuit.Changes);
        Assert.Equal("second", _circuit.Snapshot.IsolationReason);
        _circuit.Wait(99.999).Reject().Wait(0.001).Succeed().Is(Closed);
        Assert.Equal(110, _circuit.Changes[1].PreviousDuration.TotalSeconds);
    }

    [Theory]
    [InlineData(Open)]
    [InlineData(HalfOpen)]
    [InlineData(Isolated)]
    public void Reset_closes_the_circuit_and_clears_its_counts(CircuitState state)
    {
        var circuit = CircuitScenario.In(state).Reset().Is(Closed);

        Assert.Equal((CircuitTransitionReason.Reset, 0), (circuit.LastChange.Reason, circuit.Snapshot.Total));
        circuit.Fail(3).Is(Closed).Fail().Is(Open);
    }

    [Fact]
    public void Reset_of_a_closed_circuit_clears_the_window_without_an_event()
    {
        _circuit.Fail(3).Reset().Fail(3).Is(Closed);

        Assert.Empty(_circuit.Changes);
    }

    [Fact]
    public void Last_failure_is_kept_after_a_recovery_and_a_reset()
    {
        _circuit.OpenUntilProbe().Succeed().Is(Closed);
        Assert.Equal("500", _circuit.Snapshot.LastFailureReason);

        _circuit.Fail(4).Reset().Is(Closed);

        Assert.Equal("500", _circuit.Snapshot.LastFailureReason);
    }

    [Fact]
    public void Totals_are_kept_during_isolation_and_reset()
    {
        _circuit.Run("SSFX").Isolate().Reject(2).Reset().Succeed();

        var snapshot = _circuit.Snapshot;
        Assert.Equal((3, 1, 1, 2), (snapshot.TotalSucceeded, snapshot.TotalFailed, snapshot.TotalIgnored, snapshot.Rejected));
    }
}
