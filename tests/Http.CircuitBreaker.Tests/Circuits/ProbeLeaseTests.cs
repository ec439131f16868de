using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ProbeLeaseTests
{
    // The lease (20 s) ends well inside the next break (60 s).
    private readonly CircuitHarness _circuit = new CircuitHarness(s => s with { ProbeTimeout = 20_000 }).OpenUntilProbe();

    [Fact]
    public void Probe_keeps_its_slot_until_exactly_ProbeTimeout()
    {
        _circuit.Start();

        _circuit.Wait(19.999).Reject().Is(HalfOpen).Wait(0.001).Reject().Is(Open);
    }

    [Fact]
    public void Expired_probe_counts_as_a_failure_at_the_time_of_its_expiry()
    {
        _circuit.Start();

        _circuit.Wait(30).Reject().Is(Open);

        Assert.Equal(CircuitTransitionReason.ProbeTimeout, _circuit.LastChange.Reason);
        Assert.Equal("timeout", _circuit.LastChange.FailureReason);
        Assert.Equal((1, 1), (_circuit.LastChange.Total, _circuit.LastChange.Failed));
        Assert.Equal(20, _circuit.LastChange.PreviousDuration.TotalSeconds);
        Assert.Equal(_circuit.Now + 50_000, _circuit.Circuit.Phase.Until);
    }

    [Fact]
    public void Late_success_of_an_expired_probe_does_not_change_the_state()
    {
        var probe = _circuit.Start();
        _circuit.Wait(30).Reject();
        var until = _circuit.Circuit.Phase.Until;

        probe.Succeed();

        _circuit.Is(Open).Reject();
        Assert.Equal((until, 1), (_circuit.Circuit.Phase.Until, _circuit.Snapshot.TotalSucceeded));
    }

    [Fact]
    public void Next_break_starts_when_a_probe_expires_and_the_call_after_it_becomes_a_probe()
    {
        _circuit.Start();

        _circuit.Wait(20 + 60).Start();

        Assert.Equal([Open, HalfOpen, Open, HalfOpen], _circuit.Changes.Select(change => change.State));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    [InlineData(CircuitOutcome.Ignored, HalfOpen)]
    public void Late_probe_result_still_counts_if_no_call_arrived_after_ProbeTimeout(CircuitOutcome outcome, CircuitState expected)
    {
        var probe = _circuit.Start();
        _circuit.Wait(1_000);

        probe.End(outcome);

        _circuit.Is(expected);
    }

    [Fact]
    public void Probe_expires_after_SlowCallDuration_if_it_is_shorter_than_ProbeTimeout()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000 }).OpenUntilProbe();
        circuit.Start();

        circuit.Wait(1.999).Reject().Is(HalfOpen).Wait(0.001).Reject().Is(Open);
    }

    [Fact]
    public void Slot_of_an_expired_probe_is_not_released()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3, ProbeTimeout = 20_000 }).OpenUntilProbe();
        var expired = circuit.Start();
        circuit.Wait(20).Start(2);

        circuit.Reject().Is(HalfOpen);
        expired.Ignore();

        circuit.Reject().Is(HalfOpen);
        Assert.Equal((1, 1), (circuit.Snapshot.Total, circuit.Snapshot.Failed));
    }

    [Fact]
    public void Break_starts_at_the_time_when_the_deciding_probe_expired()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3, ProbeTimeout = 20_000 }).OpenUntilProbe();
        circuit.Start();
        circuit.Wait(1).Start();
        circuit.Wait(1).Start();

        circuit.Wait(20).Reject().Is(Open);

        Assert.Equal(circuit.Now - 1_000, circuit.Circuit.Phase.Since);
    }
}
