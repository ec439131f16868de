namespace Http.CircuitBreaker.Circuits;

/// <summary>Rejects until the break is over; the call that arrives then turns the circuit half-open and is its first probe.</summary>
internal sealed class OpenPhase(Circuit circuit, int epoch, long since, long until) : Phase(circuit, epoch, since)
{
    public override CircuitState State => CircuitState.Open;

    public override long? Until => until;

    public override Admission TryAdmit(long now, out Permit permit) =>
        now - until < 0
            ? Refuse(Admission.Rejected, out permit)
            : Circuit.TryHalfOpen(this, now, out permit);
}
