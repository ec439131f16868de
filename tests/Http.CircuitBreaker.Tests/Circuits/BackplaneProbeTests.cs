using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Probes that need a lease because other instances share the circuit.</summary>
public sealed class BackplaneProbeTests
{
    private readonly CircuitLeases _leases = new();

    [Fact]
    public void Probe_lease_is_not_requested_while_the_circuit_is_closed_isolated_or_in_its_break()
    {
        var circuit = Circuit().Run("SSFSX").Fail(2).Reject(100).WaitForBreakEnd(less: 1).Reject(100);

        circuit.Isolate().Reject(100).Reset().Succeed(100);

        Assert.Empty(_leases.Requests);
    }

    [Fact]
    public void Call_without_a_probe_lease_is_rejected_and_the_circuit_stays_open()
    {
        var circuit = Circuit().OpenUntilProbe().Reject(3).Is(Open);

        Assert.Equal(3, _leases.Requests.Count);
        Assert.True(circuit.Snapshot.ProbeDue);
        Assert.Single(circuit.Changes);
    }

    [Fact]
    public void Requested_probe_lease_is_limited_by_SlowCallDuration()
    {
        Circuit().Apply(s => s with { SlowCallDuration = 2_000 }).OpenUntilProbe().Reject();

        Assert.Equal(TimeSpan.FromSeconds(2 + 1), Assert.Single(_leases.Requests).Timeout);
    }

    [Fact]
    public void Probe_lease_request_contains_the_probe_limits_and_the_maximum_duration()
    {
        Circuit(probes: 3).OpenUntilProbe().Reject();

        Assert.Equal(new ProbeRequest(CircuitHarness.Key, 3, 2, TimeSpan.FromSeconds(60 + 1)), Assert.Single(_leases.Requests));
    }

    [Fact]
    public void Lease_requested_by_a_background_probe_also_covers_the_time_limit_for_its_body()
    {
        var circuit = Circuit().Apply(s => s with { ProbesInBackground = true }).OpenUntilProbe();

        circuit.Circuit.TryAdmitProbe(circuit.Now, out _);

        Assert.Equal(TimeSpan.FromSeconds(60 + 1 + 60), Assert.Single(_leases.Requests).Timeout);
    }

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    [InlineData(CircuitOutcome.Ignored, HalfOpen)]
    public void Outcome_of_the_probe_is_reported_with_its_lease(CircuitOutcome outcome, CircuitState state)
    {
        var circuit = Circuit("a").OpenUntilProbe();
        circuit.Start().End(outcome);

        // The second consecutive break.
        Assert.Equal([("a", outcome, TimeSpan.FromSeconds(60))], _leases.Settled);
        circuit.Is(state);
    }

    [Fact]
    public void Probe_without_a_lease_token_reports_no_outcome()
    {
        Circuit([null]).OpenUntilProbe().Succeed().Is(Closed);

        Assert.Empty(_leases.Settled);
    }

    [Fact]
    public void Each_probe_needs_a_separate_lease()
    {
        var circuit = Circuit(probes: 3, "a", "b").OpenUntilProbe().Succeed().Is(HalfOpen);

        circuit.Fail().Is(HalfOpen).Reject();

        Assert.Equal(["a", "b"], _leases.Settled.Select(probe => probe.Token));
        Assert.Equal(3, _leases.Requests.Count);
    }

    [Fact]
    public void Probe_lease_is_not_requested_if_no_probe_slot_is_free()
    {
        var circuit = Circuit("a", "b").OpenUntilProbe();
        circuit.Start();

        circuit.Reject(100);

        Assert.Single(_leases.Requests);
    }

    [Fact]
    public void Probe_lease_granted_after_the_last_slot_was_taken_is_returned_unused()
    {
        var circuit = Circuit("a", "b").OpenUntilProbe();
        _leases.OnRequest = () =>
        {
            _leases.OnRequest = null;
            circuit.Start();
        };

        circuit.Reject();

        Assert.Equal(("b", CircuitOutcome.Ignored), (_leases.Settled[0].Token, _leases.Settled[0].Outcome));
    }

    [Fact]
    public void Outcome_of_a_probe_that_outlived_its_lease_is_reported_when_its_call_ends()
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
    public void Outcome_of_a_probe_is_reported_even_if_the_half_open_phase_has_ended()
    {
        var circuit = Circuit("a").OpenUntilProbe();
        var probe = circuit.Start();
        circuit.Isolate();

        probe.Fail();

        Assert.Equal("a", Assert.Single(_leases.Settled).Token);
        circuit.Is(Isolated);
    }

    [Fact]
    public void Outcome_of_a_probe_is_reported_when_its_response_body_ends()
    {
        var circuit = Circuit("a").OpenUntilProbe();

        circuit.Start().EndInBody(CircuitOutcome.Failure);

        Assert.Equal(("a", CircuitOutcome.Failure), (Assert.Single(_leases.Settled).Token, _leases.Settled[0].Outcome));
    }

    [Fact]
    public void Probe_lease_is_required_after_a_timed_isolation() =>
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
