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
        lock (this)
        {
            if (_phase != from)
            {
                permit = default;
                return Admission.Superseded;
            }

            var halfOpen = new HalfOpenPhase(this, from.Epoch + 1, now, Settings);
            halfOpen.TryTakeSlot(now, out permit);
            MoveTo(halfOpen, now, CircuitTransitionReason.BreakElapsed);
        }

        Publish();
        return Admission.Admitted;
    }

    public Admission TryProbe(HalfOpenPhase phase, long now, out Permit permit)
    {
        lock (this)
        {
            permit = default;
            if (_phase != phase)
            {
                return Admission.Superseded;
            }

            switch (phase.Expire(now, out var endedAt))
            {
                case ProbeResult.Closes:
                    Recover(phase, endedAt);
                    break;
                case ProbeResult.Opens:
                    LastFailureReason = FailureReasons.Timeout;
                    Open(new Opening(CircuitTransitionReason.ProbeTimeout, endedAt, FailureReasons.Timeout, Evidence: phase.Evidence(now)));
                    break;
                default:
                    return phase.TryTakeSlot(now, out permit) ? Admission.Admitted : Admission.Rejected;
            }
        }

        Publish();
        return Admission.Superseded;
    }

    public void SettleProbe(HalfOpenPhase phase, Probe probe, in Verdict verdict, long now)
    {
        if (!IsPresent(phase))
        {
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
        var duration = BreakRule.Duration(Settings, _openingsInARow, opening.RetryAfter, _context.Random());
        var open = new OpenPhase(this, _phase.Epoch + 1, opening.At, opening.At + duration);
        MoveTo(open, opening.At, opening.Reason, opening.Evidence, opening.FailureReason ?? LastFailureReason);
    }

    private void Close(long now, CircuitTransitionReason reason, WindowCounts evidence) =>
        MoveTo(new ClosedPhase(this, _phase.Epoch + 1, now, Settings), now, reason, evidence);

    private void MoveTo(
        Phase next, long now, CircuitTransitionReason reason, WindowCounts evidence = default, string? failureReason = null, string? note = null)
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
