using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Rejects calls until the break is over. The next call may then be sent as a probe.</summary>
internal sealed class OpenPhase(int epoch, long since, long until, WindowCounts evidence, int remoteInstances = 0) : Phase(epoch, since)
{
    public override CircuitState State => CircuitState.Open;

    public override long? Until => until;

    /// <summary>The number of instances that reported the failures; 0 if this instance's own calls opened the circuit.</summary>
    public int RemoteInstances => remoteInstances;

    public override WindowCounts Evidence(long now) => evidence;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => now - until >= 0;

    public override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        return now - until < 0 ? Admission.Rejected : Admission.ProbeDue;
    }

    public OpenPhase Extend(long newEnd, int instances) => new(Epoch, Since, newEnd, evidence, instances);
}

/// <summary>Rejects calls until the circuit is reset. An isolation with a duration ends in the same way as a break.</summary>
internal sealed class IsolatedPhase(int epoch, long since, long? until, string? reason) : Phase(epoch, since)
{
    public override CircuitState State => CircuitState.Isolated;

    public override long? Until => until;

    public string? Reason => reason;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => false;

    public override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        return until is not { } end || now - end < 0 ? Admission.Rejected : Admission.ProbeDue;
    }
}

internal sealed class EvictedPhase(int epoch, long since) : Phase(epoch, since)
{
    /// <summary>The phase assigned to calls that are sent only because of <see cref="CircuitBreakerMode.Observe"/> mode.</summary>
    public static Phase Unguarded { get; } = new EvictedPhase(0, 0);

    public override CircuitState State => CircuitState.Closed;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => false;

    public override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        return Admission.Evicted;
    }
}
