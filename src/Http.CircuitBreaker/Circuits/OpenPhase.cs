namespace Http.CircuitBreaker.Circuits;

/// <summary>Rejects until the break is over; the call that arrives then turns the circuit half-open and is its first probe.</summary>
internal sealed class OpenPhase(Circuit circuit, int epoch, long since, long until, int remoteInstances = 0, double failureRatio = 0)
    : Phase(circuit, epoch, since)
{
    public override CircuitState State => CircuitState.Open;

    public override long? Until => until;

    /// <summary>How many instances of a fleet reported what opened it; 0 if it opened by its own evidence.</summary>
    public int RemoteInstances => remoteInstances;

    /// <summary>As it was when the circuit opened: nothing is counted now.</summary>
    public override double FailureRatio(long now) => failureRatio;

    public override Admission TryAdmit(long now, out Permit permit) =>
        Circuit.Settings.ProbesInBackground ? Refuse(Admission.Rejected, out permit) : TryProbe(now, out permit);

    public override Admission TryProbe(long now, out Permit permit) =>
        now - until < 0
            ? Refuse(Admission.Rejected, out permit)
            : Circuit.TryHalfOpen(this, now, out permit);
}
