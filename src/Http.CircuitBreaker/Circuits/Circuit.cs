using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The breaker of one host: a chain of phases, of which one is present.</summary>
/// <remarks>
/// Transitions take the gate, check that the phase they start from is still the present one, swap it and put the change into the queue;
/// who made it tells the listeners after the gate is released. Admission while closed and rejection while open never take the gate.
/// The gate is the circuit itself, which no user can name: a lock of its own would cost another 40 bytes for each host.
/// </remarks>
internal sealed class Circuit
{
    private readonly CircuitContext _context;
    private Phase _phase;
    private CircuitSettings _settings;
    private Ledger _ledger;
    private ChangeQueue? _changes;
    private UnguardedPhase? _unguarded;
    private string? _lastFailureReason;
    private long _rejected;
    private int _openingsInARow;
    private int _faults;

    public Circuit(CircuitKey key, CircuitSettings settings, CircuitContext context)
    {
        Key = key;
        _context = context;
        _settings = settings;
        _phase = new ClosedPhase(this, epoch: 1, context.Clock.Now, settings);
    }

    public CircuitKey Key { get; }

    public CircuitSettings Settings => Volatile.Read(ref _settings);

    public Phase Phase => Volatile.Read(ref _phase);

    public CircuitState State => Phase.State;

    public string? LastFailureReason
    {
        get => Volatile.Read(ref _lastFailureReason);
        set => Volatile.Write(ref _lastFailureReason, value);
    }

    public bool IsPresent(Phase phase) => ReferenceEquals(Phase, phase);

    /// <summary>Admitted: the permit has to be settled. Superseded is never returned.</summary>
    public Admission TryAdmit(long now, out Permit permit)
    {
        if (Settings.Mode == CircuitBreakerMode.Disabled)
        {
            permit = default;
            return Admission.Bypassed;
        }

        Admission answer;
        do
        {
            answer = Phase.TryAdmit(now, out permit);
        }
        while (answer == Admission.Superseded);

        return answer == Admission.Rejected ? Reject(now, out permit) : answer;
    }

    /// <summary>False if the circuit was evicted.</summary>
    public bool TryIsolate(long now, long? duration, string? note)
    {
        lock (this)
        {
            if (_phase is RetiredPhase)
            {
                return false;
            }

            var since = _phase is IsolatedPhase before ? before.Since : now;
            var isolated = new IsolatedPhase(this, _phase.Epoch + 1, since, now + duration, note);
            MoveTo(isolated, now, CircuitTransitionReason.Isolated, note: note);
        }

        Publish();
        return true;
    }

    /// <summary>False if the circuit was evicted.</summary>
    public bool TryReset(long now)
    {
        lock (this)
        {
            if (_phase is RetiredPhase)
            {
                return false;
            }

            _openingsInARow = 0;
            Close(now, CircuitTransitionReason.Reset, evidence: default);
        }

        Publish();
        return true;
    }

    public void Apply(CircuitSettings settings, long now)
    {
        lock (this)
        {
            Volatile.Write(ref _settings, settings);
            (_phase as ClosedPhase)?.Apply(settings, now);
        }
    }

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

            if (!phase.TryExpire(now, out var openedAt))
            {
                return phase.TryTakeSlot(now, out permit) ? Admission.Admitted : Admission.Rejected;
            }

            LastFailureReason = FailureReasons.Timeout;
            Open(new Opening(CircuitTransitionReason.ProbeTimeout, openedAt, FailureReasons.Timeout, Evidence: phase.Evidence(now)));
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
            var result = _phase == phase ? phase.Settle(probe, in verdict) : ProbeResult.None;
            if (result == ProbeResult.Closes)
            {
                Close(now, CircuitTransitionReason.ProbesSucceeded, phase.Evidence(now));
            }
            else if (result == ProbeResult.Opens)
            {
                var reason = phase.OpensAtOnce(in verdict) ? CircuitTransitionReason.RetryAfter : CircuitTransitionReason.ProbesFailed;
                Open(new Opening(reason, now, verdict.Reason, verdict.RetryAfter, phase.Evidence(now)));
            }
        }

        Publish();
    }

    /// <summary>Ends a circuit that nobody would miss: closed and without failures, or over and idle; never with a call in flight.</summary>
    public bool TryRetire(long now)
    {
        lock (this)
        {
            if (!IsIdle(now) || Sum().InFlight > 0)
            {
                return false;
            }

            Swap(new RetiredPhase(this, _phase.Epoch + 1, now));
            return true;
        }
    }

    public (CallTotals Ended, long InFlight, long Rejected) Accounts()
    {
        lock (this)
        {
            var (ended, inFlight) = Sum();
            return (ended, inFlight, Volatile.Read(ref _rejected));
        }
    }

    public CircuitSnapshot Snapshot(long now, DateTimeOffset utcNow, string? configurationError)
    {
        lock (this)
        {
            var (ended, inFlight) = Sum();
            return SnapshotOf.Circuit(this, now, utcNow, _phase.Evidence(now), ended, inFlight) with
            {
                Rejected = Volatile.Read(ref _rejected),
                WouldHaveRejected = _unguarded?.Calls.Started ?? 0,
                OpeningsInARow = _phase is ClosedPhase closed && closed.WasHealthy(Settings, now) ? 0 : _openingsInARow,
                ConfigurationError = configurationError,
            };
        }
    }

    /// <summary>True the first time.</summary>
    public bool IsFirst(CircuitFault fault) => (Interlocked.Or(ref _faults, (int)fault) & (int)fault) == 0;

    private Admission Reject(long now, out Permit permit)
    {
        if (Settings.Mode == CircuitBreakerMode.Observe)
        {
            var unguarded = Volatile.Read(ref _unguarded) ?? Interlocked.CompareExchange(ref _unguarded, new UnguardedPhase(this), null);
            return (unguarded ?? _unguarded!).TryAdmit(now, out permit);
        }

        Interlocked.Increment(ref _rejected);
        permit = default;
        return Admission.Rejected;
    }

    private bool IsIdle(long now) => _phase switch
    {
        ClosedPhase closed => closed.Evidence(now).Failed == 0,
        OpenPhase open => now - open.Until!.Value > Settings.MaxBreakDuration,
        HalfOpenPhase halfOpen => now - halfOpen.Since > Settings.MaxBreakDuration,
        _ => false,
    };

    private void Open(in Opening opening)
    {
        var wasHealthy = _phase is ClosedPhase closed && closed.WasHealthy(Settings, opening.At);
        _openingsInARow = wasHealthy ? 1 : _openingsInARow + 1;
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
        _ledger.Keep(previous.Calls);
        return previous;
    }

    private (CallTotals Ended, long InFlight) Sum() => _ledger.Sum(_phase.Calls, _unguarded?.Calls);

    private void Publish() => Volatile.Read(ref _changes)?.Drain(this, _context.Events);
}
