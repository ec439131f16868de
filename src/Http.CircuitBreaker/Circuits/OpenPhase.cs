using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// Rejects calls until <see cref="Phase.Until"/>, or indefinitely if it is null. The first call after that time may be sent as a probe.
/// </summary>
internal abstract class RejectingPhase(int epoch, long since, long? until) : Phase(epoch, since)
{
    private long _lastDenied = long.MinValue;

    public sealed override long? Until => until;

    public override long GoneAt(CircuitSettings settings) =>
        until is { } end ? Math.Max(end, Volatile.Read(ref _lastDenied)) + settings.IdleTimeUntilGone : long.MaxValue;

    public sealed override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        return until is not { } end || now - end < 0 ? Admission.Rejected : Admission.ProbeDue;
    }

    /// <summary>
    /// Records that a call was rejected because it was not granted a probe lease. (Leases limit the total number of probes across all
    /// instances.) The call still counts as recent activity, so it postpones <see cref="GoneAt"/>.
    /// </summary>
    public void OnProbeDenied(long now) => Volatile.Write(ref _lastDenied, now);
}

/// <summary>Rejects calls until the break is over.</summary>
internal sealed class OpenPhase(int epoch, long since, long until, WindowCounts evidence, int remoteInstances = 0)
    : RejectingPhase(epoch, since, until)
{
    public override CircuitState State => CircuitState.Open;

    /// <summary>The number of instances that reported the failures; 0 if this instance's own calls opened the circuit.</summary>
    public int RemoteInstances => remoteInstances;

    public override WindowCounts Evidence(long now) => evidence;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => now - Until >= 0;

    public OpenPhase Extend(long newEnd, int instances) => new(Epoch, Since, newEnd, evidence, instances);
}

/// <summary>
/// Rejects calls until the circuit is reset. If the isolation has a duration, the first call after its end may be sent as a probe.
/// </summary>
internal sealed class IsolatedPhase(int epoch, long since, long? until, string? reason) : RejectingPhase(epoch, since, until)
{
    public override CircuitState State => CircuitState.Isolated;

    public string? Reason => reason;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => now > GoneAt(settings);
}

internal sealed class EvictedPhase(int epoch, long since) : Phase(epoch, since)
{
    /// <summary>
    /// The phase assigned to calls that are sent in <see cref="CircuitBreakerMode.Observe"/> mode instead of being rejected.
    /// </summary>
    public static Phase Unguarded { get; } = new EvictedPhase(0, 0);

    public override CircuitState State => CircuitState.Closed;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => false;

    public override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        return Admission.Evicted;
    }
}
