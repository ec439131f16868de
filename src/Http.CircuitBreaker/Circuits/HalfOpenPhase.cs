using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// A call that tests whether the host has recovered. A probe without a result expires at <see cref="LeaseEnd"/>. Change the properties of a
/// probe only while holding the phase's lock.
/// </summary>
internal sealed class Probe(HalfOpenPhase phase, string? token, bool isUntimed)
{
    public HalfOpenPhase Phase => phase;

    public bool IsUntimed => isUntimed;

    /// <summary>The identifier of the lease that the backplane granted for this probe; null if there is none.</summary>
    public string? Token => token;

    public long LeaseEnd { get; set; }

    /// <summary>Whether the probe received a successful response whose body is still being read.</summary>
    public bool IsBodyPending { get; set; }
}

/// <summary>Admits a limited number of probes, and closes or reopens the circuit once enough of them have succeeded or failed.</summary>
/// <remarks>
/// Each probe takes one of a limited number of slots. An ignored result releases the slot for another probe; a success or a failure does
/// not. When its lease ends, a probe without response headers counts as failed, and a probe whose body is still being read counts as
/// successful. Expired leases are detected when a call arrives.
/// </remarks>
internal sealed class HalfOpenPhase(int epoch, long since, CircuitSettings settings, CallCounters counters) : Phase(epoch, since)
{
    private readonly List<Probe> _probes = new(settings.HalfOpenProbes);
    private readonly int _failuresToOpen = BreakRule.FailuresToReopen(settings.HalfOpenProbes, settings.FailureRatio);
    private int _succeeded;
    private int _failed;
    private bool _isDecided;
    private int _free = settings.HalfOpenProbes;
    private long _nextLeaseEnd = long.MaxValue;
    private long _lastCall = since;

    public override CircuitState State => CircuitState.HalfOpen;

    private int SuccessesToClose => settings.HalfOpenProbes - _failuresToOpen + 1;

    public override WindowCounts Evidence(long now) => new(_succeeded + _failed, _failed);

    public override bool MayBeEvicted(long now, CircuitSettings current) => now > GoneAt(current);

    public override long GoneAt(CircuitSettings current)
    {
        var (lastCall, leaseEnd) = (Volatile.Read(ref _lastCall), Volatile.Read(ref _nextLeaseEnd));
        return (leaseEnd == long.MaxValue ? lastCall : Math.Max(lastCall, leaseEnd)) + current.IdleTimeUntilGone;
    }

    /// <remarks>
    /// The check before taking the lock must not reject a call while a slot is free or a lease has expired, so the order of its reads
    /// matters. A finishing probe releases its slot before it updates the next lease end; a new probe updates the next lease end before it
    /// takes a slot. The check therefore reads the next lease end both before and after it reads the number of free slots.
    /// </remarks>
    public override Admission TryAdmit(long now, CircuitSettings current, out Transition? transition)
    {
        transition = null;
        Volatile.Write(ref _lastCall, now);
        if (!IsLeaseDue(now) && !HasFreeSlot(current) && !IsLeaseDue(now))
        {
            return Admission.Rejected;
        }

        lock (_probes)
        {
            transition = Expire(now);
            return transition is not null ? Admission.Superseded
                : HasFreeSlot(current) ? Admission.ProbeDue
                : Admission.Rejected;
        }
    }

    public bool TryTakeSlot(long now, CircuitSettings current, bool isUntimed, string? token, [NotNullWhen(true)] out Probe? probe)
    {
        var timeout = BreakRule.ProbeHeadersTimeout(settings, counters, isUntimed);
        lock (_probes)
        {
            if (!HasFreeSlot(current))
            {
                probe = null;
                return false;
            }

            probe = new Probe(this, token, isUntimed) { LeaseEnd = now + timeout };
            _probes.Add(probe);
            UpdateNextLeaseEnd();
            Volatile.Write(ref _free, _free - 1);
            return true;
        }
    }

    /// <summary>Restarts the time limit for a probe's response headers.</summary>
    public void RenewLease(Probe probe, long now, bool isUntimed)
    {
        lock (_probes)
        {
            probe.LeaseEnd = now + BreakRule.ProbeHeadersTimeout(settings, counters, isUntimed);
            UpdateNextLeaseEnd();
        }
    }

    public override Transition? Record(in Permit permit, in CallResult result, long now, CircuitSettings current)
    {
        counters.End(result.Outcome, result.IsBody);
        lock (_probes)
        {
            if (!result.IsBodyPending)
            {
                return End(permit.Probe!, in result, now);
            }

            permit.Probe!.IsBodyPending = true;
            permit.Probe.LeaseEnd = now + BreakRule.BodySlotTimeout(settings, counters);
            UpdateNextLeaseEnd();
            return null;
        }
    }

    private bool IsLeaseDue(long now) => now >= Volatile.Read(ref _nextLeaseEnd);

    // Background probes are sent one at a time, so no slot is free while one of them is running.
    private bool HasFreeSlot(CircuitSettings current) =>
        Volatile.Read(ref _free) > 0 && (!current.ProbesInBackground || Volatile.Read(ref _nextLeaseEnd) == long.MaxValue);

    private Transition? Expire(long now)
    {
        Transition? transition = null;
        while (transition is null && now >= _nextLeaseEnd)
        {
            var oldest = _probes.MinBy(probe => probe.LeaseEnd)!;
            transition = oldest.IsBodyPending
                ? End(oldest, CallResult.Success, oldest.LeaseEnd)
                : End(oldest, CallResult.Failure(CallResult.Timeout), oldest.LeaseEnd, CircuitTransitionReason.ProbeTimeout);
        }

        return transition;
    }

    private Transition? End(
        Probe probe, in CallResult result, long now, CircuitTransitionReason reason = CircuitTransitionReason.ProbesFailed)
    {
        if (!_probes.Remove(probe) || _isDecided)
        {
            return null;
        }

        var transition = Decide(in result, now, reason);
        _isDecided = transition is not null;
        if (_isDecided)
        {
            // Admit no further probes until the circuit enters its next phase.
            Volatile.Write(ref _free, 0);
        }

        UpdateNextLeaseEnd();
        return transition;
    }

    private Transition? Decide(in CallResult result, long now, CircuitTransitionReason reason)
    {
        switch (result.Outcome)
        {
            case CircuitOutcome.Success:
                return ++_succeeded < SuccessesToClose
                    ? null
                    : new Transition(CircuitState.Closed, CircuitTransitionReason.ProbesSucceeded, now) { Evidence = Evidence(now) };
            case CircuitOutcome.Failure:
                _failed++;
                return TripRule.OpensImmediately(settings, in result)
                    ? Transition.Open(CircuitTransitionReason.RetryAfter, in result, now, Evidence(now))
                    : _failed >= _failuresToOpen ? Transition.Open(reason, in result, now, Evidence(now)) : null;
            default:
                Volatile.Write(ref _free, _free + 1);
                return null;
        }
    }

    // Once the outcome is decided, the remaining leases are ignored.
    private void UpdateNextLeaseEnd() => Volatile.Write(
        ref _nextLeaseEnd, _isDecided || _probes.Count == 0 ? long.MaxValue : _probes.Min(probe => probe.LeaseEnd));
}
