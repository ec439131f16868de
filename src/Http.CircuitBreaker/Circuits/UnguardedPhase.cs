using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// Not a stay in a state, but where the calls belong that <see cref="CircuitBreakerMode.Observe"/> lets through although the circuit
/// would reject them: never present, so their ends are accounted and are no evidence.
/// </summary>
internal sealed class UnguardedPhase(Circuit circuit) : Phase(circuit, epoch: 0, since: 0)
{
    private readonly CallCounters _calls = new();

    public override CircuitState State => Circuit.State;

    public override CallCounters Calls => _calls;

    // Its account stays open as long as there is the circuit.
    protected override bool IsOver => Circuit.Phase is EvictedPhase;

    public override Admission TryAdmit(long now, out Permit permit) => Admit(now, out permit);

    public override void Settle(in Permit permit, in CallResult verdict, long now) => _calls.End(verdict.Outcome);
}
