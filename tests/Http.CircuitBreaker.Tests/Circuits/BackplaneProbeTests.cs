using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Probes that a fleet has to lease.</summary>
public sealed class BackplaneProbeTests
{
    private readonly CircuitLeases _leases = new();

    [Fact]
    public void Nobody_is_asked_while_closed_and_while_a_break_is_running()
    {
        var circuit = Circuit().Run("SSFSX").Fail(2).Reject(100).WaitForBreakEnd(less: 1).Reject(100);

        circuit.Isolate().Reject(100).Reset().Succeed(100);

        Assert.Empty(_leases.Asked);
    }

    [Fact]
    public void A_refused_call_is_rejected_and_the_circuit_stays_open()
    {
        var circuit = Circuit().OpenUntilProbe().Reject(3).Is(Open);

        Assert.Equal(3, _leases.Asked.Count);
        Assert.True(circuit.Snapshot.ProbeDue);
        Assert.Single(circuit.Changes);
    }

    [Fact]
    public void The_request_says_what_the_verdict_is_made_from_and_how_long_a_probe_can_take()
    {
        Circuit(probes: 3).OpenUntilProbe().Reject();

        Assert.Equal(new ProbeRequest(CircuitHarness.Key, 3, 2, TimeSpan.FromSeconds(60 + 30)), Assert.Single(_leases.Asked));
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    [InlineData(CircuitOutcome.Ignored, HalfOpen)]
    public void A_leased_probe_is_settled_with_its_outcome(CircuitOutcome outcome, CircuitState state)
    {
        var circuit = Circuit("a").OpenUntilProbe();
        circuit.Start().End(outcome);

        // The break that is due or began: the second in a row.
        Assert.Equal([("a", outcome, TimeSpan.FromSeconds(60))], _leases.Settled);
        circuit.Is(state);
    }

    [Fact]
    public void A_probe_without_a_lease_is_nobody_elses_business()
    {
        Circuit([null]).OpenUntilProbe().Succeed().Is(Closed);

        Assert.Empty(_leases.Settled);
    }

    [Fact]
    public void Each_probe_needs_a_lease_of_its_own()
    {
        var circuit = Circuit(probes: 3, "a", "b").OpenUntilProbe().Succeed().Is(HalfOpen);

        circuit.Fail().Is(HalfOpen).Reject();

        Assert.Equal(["a", "b"], _leases.Settled.Select(probe => probe.Token));
        Assert.Equal(3, _leases.Asked.Count);
    }

    [Fact]
    public void Nobody_is_asked_when_no_slot_is_free()
    {
        var circuit = Circuit("a", "b").OpenUntilProbe();
        circuit.Start();

        circuit.Reject(100);

        Assert.Single(_leases.Asked);
    }

    [Fact]
    public void A_lease_that_came_too_late_goes_back()
    {
        var circuit = Circuit("a", "b").OpenUntilProbe();
        _leases.OnAsked = () =>
        {
            _leases.OnAsked = null;
            circuit.Start();
        };

        circuit.Reject();

        Assert.Equal(("b", CircuitOutcome.Ignored), (_leases.Settled[0].Token, _leases.Settled[0].Outcome));
    }

    [Fact]
    public void A_probe_whose_slot_expired_gives_its_lease_back_when_its_call_ends()
    {
        var circuit = Circuit("a", "b").OpenUntilProbe();
        var probe = circuit.Start();

        circuit.Wait(61).Reject().Is(Open);
        Assert.DoesNotContain("a", _leases.Settled.Select(settled => settled.Token));

        probe.Succeed();
        circuit.Is(Open);
        Assert.Equal(("a", CircuitOutcome.Success), (_leases.Settled[^1].Token, _leases.Settled[^1].Outcome));
    }

    [Fact]
    public void A_probe_whose_phase_is_over_is_settled_all_the_same()
    {
        var circuit = Circuit("a").OpenUntilProbe();
        var probe = circuit.Start();
        circuit.Isolate();

        probe.Fail();

        Assert.Equal("a", Assert.Single(_leases.Settled).Token);
        circuit.Is(Isolated);
    }

    [Fact]
    public void A_probe_is_settled_when_its_body_has_ended()
    {
        var circuit = Circuit("a").OpenUntilProbe();

        circuit.Start().EndInBody(CircuitOutcome.Failure);

        Assert.Equal(("a", CircuitOutcome.Failure), (Assert.Single(_leases.Settled).Token, _leases.Settled[0].Outcome));
    }

    [Fact]
    public void A_timed_isolation_that_is_over_asks_too() =>
        Assert.Equal(Admission.Rejected, Circuit().Isolate(seconds: 5).Wait(5).TryStart(out _));

    private CircuitHarness Circuit(params string?[] tokens) => Circuit(1, tokens);

    private CircuitHarness Circuit(int probes, params string?[] tokens)
    {
        foreach (var token in tokens)
        {
            _leases.Tokens.Enqueue(token);
        }

        return new CircuitHarness(settings => settings with { HalfOpenProbes = probes }, leases: _leases);
    }
}
