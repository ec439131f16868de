namespace Http.CircuitBreaker.Circuits;

/// <summary>Rejects until reset by hand; where it has an end, it ends like a break.</summary>
internal sealed class IsolatedPhase(Circuit circuit, int epoch, long since, long? until, string? reason) : Phase(circuit, epoch, since)
{
    public override CircuitState State => CircuitState.Isolated;

    public override long? Until => until;

    public string? Reason => reason;

    public override Admission TryAdmit(long now, out Permit permit) =>
        Circuit.Settings.ProbesInBackground ? Refuse(Admission.Rejected, out permit) : TryProbe(now, out permit);

    public override Admission TryProbe(long now, out Permit permit) =>
        until is not { } end || now - end < 0
            ? Refuse(Admission.Rejected, out permit)
            : Circuit.TryHalfOpen(this, now, out permit);
}
