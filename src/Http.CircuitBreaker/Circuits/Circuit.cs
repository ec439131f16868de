namespace Http.CircuitBreaker.Circuits;

/// <summary>The breaker of one host: a chain of phases, of which one is present.</summary>
/// <remarks>
/// Transitions take the gate, check that the phase they start from is still the present one, swap it and put the change into the queue;
/// who made it tells the listeners after the gate is released. Admission while closed and rejection while open never take the gate.
/// The gate is the circuit itself, which no user can name: a lock of its own would cost another 40 bytes for each host.
/// </remarks>
internal sealed partial class Circuit
{
    private readonly CircuitContext _context;
    private Phase _phase;
    private CircuitSettings _settings;
    private Ledger? _ledger;
    private ChangeQueue? _changes;
    private UnguardedPhase? _unguarded;
    private string? _lastFailureReason;
    private long _rejected;
    private int _consecutiveOpenings;
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

    /// <summary>Failed calls / calls: of the sampling window, of the probes, or, while open, as it was at the opening.</summary>
    public double FailureRatio() => Phase.FailureRatio(_context.Clock.Now);

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
    public bool TryIsolate(long now, long? duration, string? isolationReason, CircuitTransitionReason reason = CircuitTransitionReason.Isolated)
    {
        lock (this)
        {
            if (_phase is EvictedPhase)
            {
                return false;
            }

            var since = _phase is IsolatedPhase before ? before.Since : now;
            var isolated = new IsolatedPhase(this, _phase.Epoch + 1, since, now + duration, isolationReason);
            MoveTo(isolated, now, reason, isolationReason: isolationReason);
        }

        Publish();
        return true;
    }

    /// <summary>False if the circuit was evicted.</summary>
    public bool TryReset(long now, CircuitTransitionReason reason = CircuitTransitionReason.Reset)
    {
        lock (this)
        {
            if (_phase is EvictedPhase)
            {
                return false;
            }

            (_consecutiveOpenings, _hasRelapsed, _failsNowAndThen) = (0, false, false);
            Close(now, reason, evidence: default);
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

    /// <summary>Ends a circuit that nobody would miss: closed and without failures, or over and idle; never with a call that is known to be in flight.</summary>
    public bool TryRetire(long now)
    {
        lock (this)
        {
            if (!IsIdle(now) || Sum().InFlight > 0)
            {
                return false;
            }

            Swap(new EvictedPhase(this, _phase.Epoch + 1, now));
            return true;
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
                ConsecutiveOpenings = _phase is ClosedPhase closed && closed.WasHealthy(Settings, now) ? 0 : _consecutiveOpenings,
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
        TellIfRetired();
        permit = default;
        return Admission.Rejected;
    }

    // For how long an open circuit that nobody calls is kept: what it knows is then older than any window.
    private long LongestIdle => Math.Max(Settings.MaxBreakDuration, Settings.SamplingDuration);

    private bool IsIdle(long now) => _phase switch
    {
        ClosedPhase closed => closed.Evidence(now).Failed == 0,
        OpenPhase open => now - open.Until!.Value > LongestIdle,
        HalfOpenPhase or RecoveringPhase => now - _phase.Since > LongestIdle,
        _ => false,
    };
}
