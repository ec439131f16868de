using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The decision on whether to send a call.</summary>
internal enum Admission
{
    /// <summary>The call is sent, and its result must be recorded.</summary>
    Admitted,

    Rejected,

    /// <summary>The call is sent, and its result is not recorded.</summary>
    Bypassed,

    /// <summary>The call may be sent as a probe.</summary>
    ProbeDue,

    /// <summary>The phase has ended. The caller must apply the transition, if there is one, and try the next phase.</summary>
    Superseded,

    /// <summary>The circuit was evicted. The caller must look up the circuit again.</summary>
    Evicted,
}

/// <summary>
/// Links an admitted call to its circuit and phase. A permit must be small, because each call and each observed body stores one.
/// </summary>
/// <param name="circuit">The circuit.</param>
/// <param name="source">
/// The phase that admitted the call, or a <see cref="Circuits.Probe"/> or <see cref="UntimedCall"/> that refers to the phase.
/// </param>
/// <param name="admittedAt">When the call was admitted, in milliseconds.</param>
internal readonly struct Permit(Circuit circuit, object source, long admittedAt)
{
    public Circuit Circuit => circuit;

    public Phase Phase =>
        source is Probe probe ? probe.Phase : source is UntimedCall untimed ? untimed.Phase : Unsafe.As<Phase>(source);

    public Probe? Probe => source as Probe;

    public long AdmittedAt => admittedAt;

    /// <summary>Whether the call was sent in <see cref="CircuitBreakerMode.Observe"/> mode instead of being rejected.</summary>
    /// <remarks>The result of such a call is included in the totals, but does not change the circuit's state.</remarks>
    public bool IsObserved => ReferenceEquals(source, EvictedPhase.Unguarded);

    /// <summary>
    /// Whether the call may wait indefinitely for response headers. If so, a long wait does not mean that the host is silent.
    /// </summary>
    public bool IsUntimed => source is UntimedCall or Circuits.Probe { IsUntimed: true };

    public bool IsSlow(long elapsed) =>
        !IsUntimed && BreakRule.SlowCallDuration(Circuit.Settings, Circuit.Counters) is > 0 and var limit && elapsed >= limit;

    public void Record(in CallResult result, long now) => Circuit.Record(in this, in result, now);

    /// <summary>Records that the call starts or stops sending its content. No answer is expected until the content has been sent.</summary>
    public void SetSending(bool isSending)
    {
        if (!IsUntimed && ReferenceEquals(Phase, Circuit.Phase))
        {
            Circuit.Counters.Silence.Exempt(isSending ? 1 : -1);
            Probe?.Phase.RenewLease(Probe, Circuit.Context.Clock.Now, isSending);
        }
    }
}

/// <summary>Takes the place of the phase in a permit, to mark a call that may wait indefinitely for response headers.</summary>
internal sealed class UntimedCall(Phase phase)
{
    public Phase Phase => phase;
}

/// <summary>
/// A period that a circuit spends in one state. A phase only decides on state changes; the <see cref="Circuit"/> performs them.
/// </summary>
internal abstract class Phase(int epoch, long since)
{
    /// <summary>A number that increases with each state change, each reset and each time an isolated circuit is isolated again.</summary>
    public int Epoch => epoch;

    public long Since => since;

    public abstract CircuitState State { get; }

    /// <summary>When the break or isolation ends; null if there is neither, or if the isolation is indefinite.</summary>
    public virtual long? Until => null;

    /// <summary>The share of calls that are admitted, from 0 to 1.</summary>
    public virtual double AdmittedShare => 0;

    public virtual WindowCounts Evidence(long now) => default;

    /// <summary>
    /// Whether the registry may evict the circuit in this phase if it has no recent calls. Eviction discards the circuit's state.
    /// </summary>
    public abstract bool MayBeEvicted(long now, CircuitSettings settings);

    /// <summary>The time after which snapshots hide the circuit, unless it receives a call; see <see cref="Circuit.IsGone"/>.</summary>
    public virtual long GoneAt(CircuitSettings settings) => long.MaxValue;

    public abstract Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition);

    /// <summary>Counts the result of a call that this phase admitted. Returns a transition, or null to stay in this phase.</summary>
    public virtual Transition? Record(in Permit permit, in CallResult result, long now, CircuitSettings settings) => null;

    /// <summary>Returns a transition to open the circuit if its host has stopped answering; otherwise null.</summary>
    protected Transition? OnSilence(CallCounters counters, CircuitSettings settings, long now)
    {
        ref var silence = ref counters.Silence;
        if (!TripRule.CanDetectSilence(settings, counters.Totals)
            || !silence.IsReached(now, counters.InFlight, settings.MinimumThroughput))
        {
            return null;
        }

        var (window, unanswered) = (Evidence(now), silence.Unanswered(counters.InFlight));
        var (total, failed) = (window.Total - window.Overdue, window.Failed - window.Overdue);
        var evidence = new WindowCounts(total + unanswered, failed + unanswered, unanswered);
        return Transition.Open(CircuitTransitionReason.Unresponsive, CallResult.Failure(CallResult.Unresponsive), now, evidence);
    }
}
