using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Probes whose leases end at different times.</summary>
public sealed class ConcurrentLeaseTests
{
    [Fact]
    public void Circuit_reopens_at_the_time_when_the_first_of_two_probes_expired()
    {
        var circuit = Circuit(probes: 2, ratio: 0.5);
        circuit.Start();
        circuit.Wait(5).Start();

        circuit.Wait(17).Reject().Is(Open);

        Assert.Equal(20, circuit.LastChange.PreviousDuration.TotalSeconds);
    }

    [Fact]
    public void Circuit_reopens_at_the_time_when_the_deciding_probe_expired()
    {
        var circuit = Circuit(probes: 3, ratio: 0.5);
        circuit.Start();
        circuit.Wait(1).Start();
        circuit.Wait(1).Start();

        circuit.Wait(100).Start();

        Assert.Equal([Open, HalfOpen, Open, HalfOpen], circuit.Changes.Select(change => change.State));
        Assert.Equal(21, circuit.Changes[2].PreviousDuration.TotalSeconds);
        Assert.Equal((2, 2), (circuit.Changes[2].Total, circuit.Changes[2].Failed));
    }

    [Fact]
    public void Slot_of_an_expired_probe_is_not_reused_before_the_outcome_is_decided()
    {
        var circuit = Circuit(probes: 3, ratio: 0.5);
        circuit.Start();
        circuit.Wait(5).Start(2);

        circuit.Wait(16).Reject().Is(HalfOpen);

        Assert.Equal((1, 1), (circuit.Snapshot.Total, circuit.Snapshot.Failed));
    }

    [Fact]
    public void Probe_headers_received_after_the_circuit_reopened_have_no_effect()
    {
        var circuit = Circuit(probes: 3, ratio: 0.5);
        var settings = circuit.Circuit.Settings;
        var phase = new HalfOpenPhase(epoch: 1, since: 0, settings, new CallCounters());
        var permits = Enumerable.Range(0, 3).Select(_ => Probe()).ToArray();
        Assert.Null(Record(0, CallResult.Failure("500")));
        Assert.Equal(Open, Record(1, CallResult.Failure("500"))?.State);

        Assert.Null(Record(2, CallResult.Success with { IsBodyPending = true }));

        Assert.Equal(Admission.Rejected, phase.TryAdmit(now: 1_000_000, settings, out var transition));
        Assert.Null(transition);

        Permit Probe() => phase.TryTakeSlot(now: 0, settings, isUntimed: false, token: null, out var probe)
            ? new Permit(circuit.Circuit, probe, admittedAt: 0)
            : throw new InvalidOperationException("There is no free slot.");

        Transition? Record(int probe, CallResult result) => phase.Record(in permits[probe], in result, now: 1_000, settings);
    }

    [Fact]
    public void Call_is_rejected_without_taking_the_lock_if_no_probe_slot_is_free()
    {
        var circuit = Circuit(probes: 1, ratio: 0.5);
        circuit.Start();
        var answer = Admission.Superseded;
        var arriving = new Thread(() => answer = circuit.Circuit.TryAdmit(circuit.Now, out _));

        lock (circuit.Circuit)
        {
            arriving.Start();
            Assert.True(arriving.Join(TimeSpan.FromSeconds(30)));
        }

        Assert.Equal(Admission.Rejected, answer);
    }

    [Fact]
    public void Idle_half_open_circuit_can_be_evicted_after_the_longest_break()
    {
        var circuit = Circuit(probes: 1, ratio: 0.5).Ignore().Wait(600);
        Assert.False(circuit.Is(HalfOpen).Circuit.TryEvict(circuit.Now));

        circuit.Wait(0.001);

        Assert.True(circuit.Circuit.TryEvict(circuit.Now));
    }

    // The leases last 20 s.
    private static CircuitHarness Circuit(int probes, double ratio) =>
        new CircuitHarness(s => s with { HalfOpenProbes = probes, FailureRatio = ratio, ProbeTimeout = 20_000 }).OpenUntilProbe();
}
