using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Admits a limited number of probes and closes or opens as soon as their verdict is certain.</summary>
/// <remarks>
/// A success or a failure uses a slot up, an ignored call gives it back. A slot is a lease: a probe without a result at its end counts as
/// a failure, found by the next call that arrives. What decides is changed under the circuit's gate only; who finds no slot free and no
/// lease due is rejected without it.
/// </remarks>
internal sealed class HalfOpenPhase(Circuit circuit, int epoch, long since, CircuitSettings settings) : Phase(circuit, epoch, since)
{
    private readonly CallCounters _calls = new();
    private readonly List<Probe> _out = new(settings.HalfOpenProbes);
    private readonly int _failuresToOpen = TripRule.FailuresToReopen(settings.HalfOpenProbes, settings.FailureRatio);
    private int _succeeded;
    private int _failed;
    private int _free = settings.HalfOpenProbes;
    private long _nextLeaseEnd = long.MaxValue;

    public override CircuitState State => CircuitState.HalfOpen;

    // In the background one probe is under way at a time.
    public bool HasFreeSlot =>
        Volatile.Read(ref _free) > 0 && (!Circuit.Settings.ProbesInBackground || Volatile.Read(ref _nextLeaseEnd) == long.MaxValue);

    public override CallCounters Calls => _calls;

    private int SuccessesToClose => settings.HalfOpenProbes - _failuresToOpen + 1;

    /// <summary>How long a probe may wait for its headers.</summary>
    public static long SlotDuration(CircuitSettings settings) => settings.SlowCallDuration > 0
        ? Math.Min(settings.ProbeTimeout, settings.SlowCallDuration)
        : settings.ProbeTimeout;

    /// <summary>How long a probe with headers may then wait for its body.</summary>
    public static long BodyDuration(CircuitSettings settings) => Math.Min(settings.ProbeTimeout, settings.BreakDuration);

    public bool IsExpiryDue(long now) => now >= Volatile.Read(ref _nextLeaseEnd);

    // The settings of today, not those that this phase was born with: who probes now is who has to be let in.
    public override Admission TryAdmit(long now, out Permit permit) =>
        Circuit.Settings.ProbesInBackground ? Refuse(Admission.Rejected, out permit) : TryProbe(now, out permit);

    // In this order, the reverse of that in which a probe's end changes them: who finds no lease due sees the slot that it left.
    public override Admission TryProbe(long now, out Permit permit) =>
        !IsExpiryDue(now) && !HasFreeSlot
            ? Refuse(Admission.Rejected, out permit)
            : Circuit.TryProbe(this, now, out permit);

    public override void Settle(in Permit permit, in CallResult verdict, long now)
    {
        var probe = permit.Probe!;
        if (probe.TrySettle())
        {
            _calls.End(verdict.Outcome);
            Circuit.SettleProbe(this, probe, in verdict, now);
        }
    }

    public override void SettleBody(in Permit permit, in CallResult verdict, long now)
    {
        base.SettleBody(in permit, in verdict, now);
        Circuit.SettleProbe(this, permit.Probe!, in verdict, now);
    }

    public override WindowCounts Evidence(long now) => new(_succeeded + _failed, _failed, Overdue: 0);

    public bool OpensAtOnce(in CallResult verdict) => TripRule.OpensAtOnce(settings, in verdict);

    /// <summary>Hands out a slot. Under the gate, like all that follows.</summary>
    public bool TryTakeSlot(long now, string? token, out Permit permit)
    {
        if (!HasFreeSlot)
        {
            permit = default;
            return false;
        }

        var probe = new Probe(now + SlotDuration(settings), token);
        _out.Add(probe);
        Volatile.Write(ref _free, _free - 1);
        UpdateNextLeaseEnd();
        _calls.Start(now);
        permit = new Permit(this, now, isStarted: true, probe);
        return true;
    }

    /// <summary>Takes a probe's verdict, once; says what it means for the circuit.</summary>
    public ProbeResult Settle(Probe probe, in CallResult verdict, long now)
    {
        if (verdict.IsBodyToCome)
        {
            probe.AwaitBody(now + BodyDuration(settings));
            UpdateNextLeaseEnd();
            return ProbeResult.None;
        }

        if (!_out.Remove(probe))
        {
            return ProbeResult.None;
        }

        var result = Take(in verdict);
        if (result == ProbeResult.None)
        {
            // Not before: until the circuit has moved on, a call that is due to find the lease over waits at the gate for what comes of it.
            UpdateNextLeaseEnd();
        }

        return result;
    }

    /// <summary>
    /// Settles the probes whose lease is over, the oldest first, until the verdict is certain: without headers a failure, with a body that
    /// still flows a success.
    /// </summary>
    public ProbeResult Expire(long now, out long endedAt, out IReadOnlyList<Probe> expired)
    {
        (var result, endedAt) = (ProbeResult.None, now);
        List<Probe> settled = [];
        while (result == ProbeResult.None && now >= _nextLeaseEnd)
        {
            var oldest = _out.MinBy(probe => probe.LeaseEnd)!;
            settled.Add(oldest);
            endedAt = oldest.LeaseEnd;
            result = Settle(oldest, VerdictOnExpired(oldest), now);
        }

        expired = settled;
        return result;
    }

    public static CallResult VerdictOnExpired(Probe probe) => probe.IsBodyToCome ? CallResult.Success : CallResult.Failure(FailureReasons.Timeout);

    private ProbeResult Take(in CallResult verdict)
    {
        switch (verdict.Outcome)
        {
            case CircuitOutcome.Success:
                return ++_succeeded >= SuccessesToClose ? ProbeResult.Closes : ProbeResult.None;
            case CircuitOutcome.Failure:
                return ++_failed >= _failuresToOpen || OpensAtOnce(in verdict) ? ProbeResult.Opens : ProbeResult.None;
            default:
                Volatile.Write(ref _free, _free + 1);
                return ProbeResult.None;
        }
    }

    private void UpdateNextLeaseEnd() =>
        Volatile.Write(ref _nextLeaseEnd, _out.Count == 0 ? long.MaxValue : _out.Min(probe => probe.LeaseEnd));
}
