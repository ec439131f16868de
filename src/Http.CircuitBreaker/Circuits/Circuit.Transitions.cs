using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

// The ways from one phase to the next.
internal sealed partial class Circuit
{
    public bool TryOpen(Phase from, in Opening opening)
    {
        lock (this)
        {
            if (_phase != from)
            {
                return false;
            }

            Open(in opening);
        }

        Publish();
        return true;
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
            SettleLease(token, Verdict.Ignored, now);
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
        var mayProbe = phase.HasFreeSlot && TryLease(out token);
        if (!mayProbe && !isExpiryDue)
        {
            return Admission.Rejected;
        }

        var answer = TryProbe(phase, now, mayProbe, token, out permit, out var expired);
        if (answer != Admission.Admitted)
        {
            SettleLease(token, Verdict.Ignored, now);
        }

        SettleLease(expired?.Token, HalfOpenPhase.VerdictOnExpired(expired), now);
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

    private Admission TryProbe(HalfOpenPhase phase, long now, bool mayProbe, string? token, out Permit permit, out Probe? expired)
    {
        lock (this)
        {
            (permit, expired) = (default, null);
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

    public void SettleProbe(HalfOpenPhase phase, Probe probe, in Verdict verdict, long now)
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

    private void Open(in Opening opening)
    {
        _hasRelapsed = HasRelapsed(opening.At);
        if (_phase is ClosedPhase closed && closed.WasHealthy(Settings, opening.At))
        {
            _openingsInARow = 0;
        }

        _openingsInARow++;
        var duration = opening.Duration ?? BreakRule.Duration(Settings, _openingsInARow, opening.RetryAfter, _context.Random());
        var open = new OpenPhase(this, _phase.Epoch + 1, opening.At, opening.At + duration, opening.RemoteInstances);
        MoveTo(open, opening.At, opening.Reason, opening.Evidence, opening.FailureReason ?? LastFailureReason, retryAfter: opening.RetryAfter);
    }

    private void Close(long now, CircuitTransitionReason reason, WindowCounts evidence) =>
        MoveTo(new ClosedPhase(this, _phase.Epoch + 1, now, Settings), now, reason, evidence);

    private void MoveTo(
        Phase next,
        long now,
        CircuitTransitionReason reason,
        WindowCounts evidence = default,
        string? failureReason = null,
        string? note = null,
        long retryAfter = 0)
    {
        var previous = Swap(next);
        if (previous.State == next.State)
        {
            return;
        }

        (_changes ??= new ChangeQueue()).Enqueue(new CircuitStateChange
        {
            Key = Key,
            PreviousState = previous.State,
            State = next.State,
            Reason = reason,
            Epoch = next.Epoch,
            PreviousDuration = TimeSpan.FromMilliseconds(now - previous.Since),
            BreakDuration = next.Until is { } until ? TimeSpan.FromMilliseconds(until - now) : null,
            Total = evidence.Total,
            Failed = evidence.Failed,
            Overdue = evidence.Overdue,
            FailureReason = failureReason,
            OpeningsInARow = next.State == CircuitState.Closed ? 0 : _openingsInARow,
            Note = note,
            RetryAfter = retryAfter > 0 ? TimeSpan.FromMilliseconds(Math.Min(retryAfter, Settings.MaxRetryAfter)) : null,
            RemoteInstances = (next as OpenPhase)?.RemoteInstances ?? 0,
        });
    }

    // A full fence between the swap and the look at the calls of the phase that it ended: see ClosedPhase.TryAdmit.
    private Phase Swap(Phase next)
    {
        var previous = Interlocked.Exchange(ref _phase, next);
        if (previous.Calls is { } calls)
        {
            (_ledger ??= new Ledger()).Keep(calls);
        }

        return previous;
    }

    private void Publish() => Volatile.Read(ref _changes)?.Drain(this, _context.Events);
}
