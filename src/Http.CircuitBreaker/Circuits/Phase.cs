using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>A phase's answer to a call that asks to be sent.</summary>
internal enum Admission
{
    /// <summary>The call may be sent, and its result must be recorded.</summary>
    Admitted,

    /// <summary>The call must not be sent.</summary>
    Rejected,

    /// <summary>The call may be sent and is not recorded.</summary>
    Bypassed,

    /// <summary>A probe may be sent.</summary>
    ProbeDue,

    /// <summary>The phase is over. Apply its transition, if it returned one, and ask the next phase.</summary>
    Superseded,

    /// <summary>The circuit was evicted. Look it up again.</summary>
    Evicted,
}

/// <summary>Handed out with an admission. A result is recorded with the phase that admitted the call.</summary>
/// <param name="circuit">The circuit.</param>
/// <param name="source">
/// The phase, or a <see cref="Circuits.Probe"/> or <see cref="UntimedCall"/> of it. A permit is small because each call and body keeps one.
/// </param>
/// <param name="admittedAt">When the call was admitted.</param>
internal readonly struct Permit(Circuit circuit, object source, long admittedAt)
{
    public Circuit Circuit => circuit;

    public Phase Phase =>
        source is Probe probe ? probe.Phase : source is UntimedCall untimed ? untimed.Phase : Unsafe.As<Phase>(source);

    public Probe? Probe => source as Probe;

    public long AdmittedAt => admittedAt;

    /// <summary>The call may have to wait for its headers for any time, so it is never unanswered.</summary>
    public bool IsUntimed => source is UntimedCall or Circuits.Probe { IsUntimed: true };

    public void Record(in CallResult result, long now) => Circuit.Record(in this, in result, now);
}

/// <summary>The source of a permit whose call may have to wait for its headers for any time.</summary>
internal sealed class UntimedCall(Phase phase)
{
    public Phase Phase => phase;
}

/// <summary>One stay of a circuit in one state. A phase decides and returns; <see cref="Circuit"/> acts.</summary>
internal abstract class Phase(int epoch, long since)
{
    /// <summary>Grows with each change of state.</summary>
    public int Epoch => epoch;

    public long Since => since;

    public abstract CircuitState State { get; }

    /// <summary>When the break or isolation ends; null where there is none.</summary>
    public virtual long? Until => null;

    /// <summary>The share of calls that is admitted, from 0 to 1.</summary>
    public virtual double AdmittedShare => 0;

    public virtual WindowCounts Evidence(long now) => default;

    /// <summary>Whether nothing is lost if the circuit is evicted while it is not called.</summary>
    public abstract bool MayBeEvicted(long now, CircuitSettings settings);

    /// <summary>From when on the circuit counts as gone unless it is called; see <see cref="Circuit.IsGone"/>.</summary>
    public virtual long GoneAt(CircuitSettings settings) => long.MaxValue;

    public abstract Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition);

    /// <summary>Counts a result of a call that this phase admitted and decides what follows.</summary>
    public virtual Transition? Record(in Permit permit, in CallResult result, long now, CircuitSettings settings) => null;

    /// <summary>Opens the circuit if its host has stopped answering.</summary>
    protected Transition? OnSilence(CallCounters counters, CircuitSettings settings, long now)
    {
        ref var silence = ref counters.Silence;
        if (!silence.Advance(now)
            || !TripRule.CanDetectSilence(settings, counters.Totals)
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
