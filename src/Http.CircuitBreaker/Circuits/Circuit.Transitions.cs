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

    private void Open(in Opening opening)
    {
        _hasRelapsed = opening.Reason == CircuitTransitionReason.Remote ? _hasRelapsed : HasRelapsed(opening.At);
        if (_phase is ClosedPhase closed)
        {
            if (closed.WasHealthy(Settings, opening.At))
            {
                (_consecutiveOpenings, _failsNowAndThen) = (0, false);
            }

            _failsNowAndThen |= closed.FailsNowAndThen(opening.Evidence);
        }

        _consecutiveOpenings++;
        var duration = opening.Duration ?? BreakRule.Duration(Settings, _consecutiveOpenings, opening.RetryAfter, _context.Random());
        var open = new OpenPhase(this, _phase.Epoch + 1, opening.At, opening.At + duration, opening.RemoteInstances, opening.Evidence.Ratio);
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
        string? isolationReason = null,
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
            ConsecutiveOpenings = next.State == CircuitState.Closed ? 0 : _consecutiveOpenings,
            IsolationReason = isolationReason,
            RetryAfter = retryAfter > 0 ? TimeSpan.FromMilliseconds(Math.Min(retryAfter, Settings.MaxRetryAfter)) : null,
            RemoteInstances = (next as OpenPhase)?.RemoteInstances ?? 0,
        });
    }

    // A full fence between the swap and the look at the calls of the phase that it ended: see Phase.AccountIfOver.
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
