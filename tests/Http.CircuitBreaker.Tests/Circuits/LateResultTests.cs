using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class LateResultTests
{
    private readonly CircuitHarness _circuit = new();

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Failure)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Late_result_does_not_change_an_open_circuit(CircuitOutcome outcome)
    {
        var late = _circuit.Start(10);
        _circuit.Fail(4);

        AssertOnlyTotalsChange(late, outcome);
    }

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Failure)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Late_result_does_not_change_a_half_open_circuit(CircuitOutcome outcome)
    {
        var late = _circuit.Start(10);
        _circuit.OpenUntilProbe().Start();

        AssertOnlyTotalsChange(late, outcome);
        _circuit.Reject();
    }

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Failure)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Late_result_does_not_change_a_circuit_that_has_closed_again(CircuitOutcome outcome)
    {
        var late = _circuit.Start(10);
        _circuit.OpenUntilProbe().Succeed().Fail(3).Is(Closed);

        AssertOnlyTotalsChange(late, outcome);
    }

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Failure)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Probe_from_an_earlier_half_open_phase_does_not_release_a_slot(CircuitOutcome outcome)
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3 }).OpenUntilProbe();
        var old = circuit.Start();
        circuit.Fail(2).WaitForBreakEnd().Start(3);

        old.End(outcome);

        circuit.Is(HalfOpen).Reject();
        Assert.Equal(0, circuit.Snapshot.Total);
    }

    [Fact]
    public void Probe_result_that_is_recorded_twice_is_counted_once()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3 }).OpenUntilProbe();
        var probe = circuit.Start();

        probe.Fail();
        probe.Fail();
        probe.Succeed();

        circuit.Is(HalfOpen);
        Assert.Equal((1, 1), (circuit.Snapshot.Total, circuit.Snapshot.Failed));
    }

    [Fact]
    public void Ignoring_a_probe_twice_releases_only_one_slot()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3 }).OpenUntilProbe();
        var probes = circuit.Start(3);

        probes[0].Ignore();
        probes[0].Ignore();

        circuit.Start();
        circuit.Reject();
    }

    [Fact]
    public void Calls_from_every_phase_count_as_in_flight_until_they_end()
    {
        var late = _circuit.Start(3);
        _circuit.OpenUntilProbe().Succeed();
        Assert.Equal(3, _circuit.Snapshot.InFlight);

        late[0].Ignore();
        _circuit.Isolate().Reset();
        Assert.Equal(2, _circuit.Snapshot.InFlight);

        late[1].Succeed();
        late[2].Fail();
        Assert.Equal((0, 2, 5, 1), Totals());
    }

    private (long InFlight, long Succeeded, long Failed, long Ignored) Totals() =>
        (_circuit.Snapshot.InFlight, _circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.TotalFailed, _circuit.Snapshot.TotalIgnored);

    private void AssertOnlyTotalsChange(CircuitCall[] late, CircuitOutcome outcome)
    {
        var (before, changes, totals) = (_circuit.Snapshot, _circuit.Changes.Count, Totals());

        Array.ForEach(late, call => call.End(outcome));

        Assert.Equal(changes, _circuit.Changes.Count);
        Assert.Equal((before.State, before.Epoch, before.Until), (_circuit.Snapshot.State, _circuit.Snapshot.Epoch, _circuit.Snapshot.Until));
        Assert.Equal((before.Total, before.Failed), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));
        Assert.Equal(totals.Succeeded + (outcome == CircuitOutcome.Success ? 10 : 0), Totals().Succeeded);
        Assert.Equal(totals.Failed + (outcome == CircuitOutcome.Failure ? 10 : 0), Totals().Failed);
        Assert.Equal(totals.Ignored + (outcome == CircuitOutcome.Ignored ? 10 : 0), Totals().Ignored);
        Assert.Equal(totals.InFlight - 10, Totals().InFlight);
    }
}
