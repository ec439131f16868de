using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ProbeLeaseTests
{
    // The lease (20 s) ends well inside the next break (60 s).
    private readonly CircuitHarness _circuit = new CircuitHarness(s => s with { ProbeTimeout = 20_000 }).OpenUntilProbe();

    [Fact]
    public void A_lease_holds_up_to_its_last_millisecond()
    {
        _circuit.Start();

        _circuit.Wait(19.999).Reject().Is(HalfOpen).Wait(0.001).Reject().Is(Open);
    }

    [Fact]
    public void A_probe_that_never_returns_is_a_failure_and_the_break_starts_at_its_leases_end()
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
    public void The_late_success_of_an_expired_probe_changes_nothing()
    {
        var probe = _circuit.Start();
        _circuit.Wait(30).Reject();
        var until = _circuit.Circuit.Phase.Until;

        probe.Succeed();

        _circuit.Is(Open).Reject();
        Assert.Equal((until, 1), (_circuit.Circuit.Phase.Until, _circuit.Snapshot.TotalSucceeded));
    }

    [Fact]
    public void If_the_break_after_an_expiry_is_over_too_the_call_is_the_next_probe()
    {
        _circuit.Start();

        _circuit.Wait(20 + 60).Start();

        Assert.Equal([Open, HalfOpen, Open, HalfOpen], _circuit.Changes.Select(change => change.State));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    [InlineData(CircuitOutcome.Ignored, HalfOpen)]
    public void A_result_after_the_leases_end_that_comes_before_any_call_counts_as_what_it_is(CircuitOutcome outcome, CircuitState expected)
    {
        var probe = _circuit.Start();
        _circuit.Wait(1_000);

        probe.End(outcome);

        _circuit.Is(expected);
    }

    [Fact]
    public void The_lease_is_no_longer_than_a_slow_call()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000 }).OpenUntilProbe();
        circuit.Start();

        circuit.Wait(1.999).Reject().Is(HalfOpen).Wait(0.001).Reject().Is(Open);
    }

    [Fact]
    public void An_expired_probe_uses_its_slot_up()
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
    public void The_break_starts_at_the_end_of_the_lease_that_decided()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3, ProbeTimeout = 20_000 }).OpenUntilProbe();
        circuit.Start();
        circuit.Wait(1).Start();
        circuit.Wait(1).Start();

        circuit.Wait(20).Reject().Is(Open);

        Assert.Equal(circuit.Now - 1_000, circuit.Circuit.Phase.Since);
    }
}
