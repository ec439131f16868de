namespace Http.CircuitBreaker.Circuits;

/// <summary>The last phase of an evicted circuit: whoever meets it looks the circuit up again.</summary>
internal sealed class EvictedPhase(Circuit circuit, int epoch, long since) : Phase(circuit, epoch, since)
{
    public override CircuitState State => CircuitState.Closed;

    public override Admission TryAdmit(long now, out Permit permit) => Refuse(Admission.Retired, out permit);
}
