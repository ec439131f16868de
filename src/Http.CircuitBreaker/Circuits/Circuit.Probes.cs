namespace Http.CircuitBreaker.Circuits;

// Who probes, and what comes of it.
internal sealed partial class Circuit
{
    /// <summary>The permit of a probe for which no call that arrived is spent, if one is due.</summary>
    public bool TryTakeProbe(long now, out Permit permit)
    {
        Admission answer;
        do
        {
            answer = Phase.TryProbe(now, out permit);
        }
        while (answer == Admission.Superseded);

        return answer == Admission.Admitted;
    }

    public Admission TryHalfOpen(Phase from, long now, out Permit permit)
    {
        permit = default;
        if (!TryLease(out var token))
        {
            return Admission.Rejected;
        }

        if (!TryHalfOpen(from, now, token, out permit))
        {
            SettleLease(token, CallResult.Ignored, now);
            return Admission.Superseded;
        }

        Publish();
        return Admission.Admitted;
    }

    public Admission TryProbe(HalfOpenPhase phase, long now, out Permit permit)
    {
        permit = default;
        string? token = null;
        var isExpiryDue = phase.IsExpiryDue(now);

        // Without a fleet the slots are looked at under the gate alone: one may come free until then.
        var mayProbe = _context.Leases is null || (phase.HasFreeSlot && TryLease(out token));
        if (!mayProbe && !isExpiryDue)
        {
            return Admission.Rejected;
        }

        var answer = TryProbe(phase, now, mayProbe, token, out permit, out var expired);
        if (answer != Admission.Admitted)
        {
            SettleLease(token, CallResult.Ignored, now);
        }

        foreach (var probe in expired)
        {
            SettleLease(probe.Token, HalfOpenPhase.VerdictOnExpired(probe), now);
        }

        Publish();
        return answer;
    }

    private bool TryHalfOpen(Phase from, long now, string? token, out Permit permit)
    {
        lock (this)
        {
            if (_phase != from)
            {
                permit = default;
                return false;
            }

            var halfOpen = new HalfOpenPhase(this, from.Epoch + 1, now, Settings);
            halfOpen.TryTakeSlot(now, token, out permit);
            MoveTo(halfOpen, now, CircuitTransitionReason.BreakElapsed);
            return true;
        }
    }

    private Admission TryProbe(HalfOpenPhase phase, long now, bool mayProbe, string? token, out Permit permit, out IReadOnlyList<Probe> expired)
    {
        lock (this)
        {
            (permit, expired) = (default, []);
            if (_phase != phase)
            {
                return Admission.Superseded;
            }

            switch (phase.Expire(now, out var endedAt, out expired))
            {
                case ProbeResult.Closes:
                    Recover(phase, endedAt);
                    break;
                case ProbeResult.Opens:
                    LastFailureReason = FailureReasons.Timeout;
                    Open(new Opening(CircuitTransitionReason.ProbeTimeout, endedAt, FailureReasons.Timeout, Evidence: phase.Evidence(now)));
                    break;
                default:
                    return mayProbe && phase.TryTakeSlot(now, token, out permit) ? Admission.Admitted : Admission.Rejected;
            }

            return Admission.Superseded;
        }
    }

    public void SettleProbe(HalfOpenPhase phase, Probe probe, in CallResult verdict, long now)
    {
        if (!IsPresent(phase))
        {
            SettleLease(probe.Token, in verdict, now);
            return;
        }

        lock (this)
        {
            var result = _phase == phase ? phase.Settle(probe, in verdict, now) : ProbeResult.None;
            if (result == ProbeResult.Closes)
            {
                Recover(phase, now);
            }
            else if (result == ProbeResult.Opens)
            {
                var reason = phase.OpensAtOnce(in verdict) ? CircuitTransitionReason.RetryAfter : CircuitTransitionReason.ProbesFailed;
                Open(new Opening(reason, now, verdict.Reason, verdict.RetryAfter, phase.Evidence(now)));
            }
        }

        SettleLease(probe.Token, in verdict, now);
        Publish();
    }
}
