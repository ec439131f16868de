using System.Diagnostics;

namespace Http.CircuitBreaker.Circuits;

// What the other instances of a fleet have a say in. Without a fleet nothing here costs anything.
internal sealed partial class Circuit
{
    private Suspicion? _suspicion;

    /// <summary>How many other instances the present state, or a suspicion, rests on.</summary>
    public int RemoteInstances(long now) => Phase switch
    {
        OpenPhase open => open.RemoteInstances,
        ClosedPhase when SuspicionAt(now) is { } suspicion => suspicion.Instances,
        _ => 0,
    };

    /// <summary>The settings by which a failure is judged.</summary>
    public CircuitSettings TripSettings(long now)
    {
        var settings = Settings;
        return SuspicionAt(now) is null ? settings : settings with { MinimumThroughput = (settings.MinimumThroughput + 1) / 2 };
    }

    public void Suspect(Suspicion? suspicion) => Volatile.Write(ref _suspicion, suspicion);

    /// <summary>False if the circuit has moved on, or a break is still running.</summary>
    public bool TryOpenRemotely(int epoch, long now, in Opening opening)
    {
        lock (this)
        {
            if (_phase.StayEpoch != epoch || _phase is EvictedPhase)
            {
                return false;
            }

            if (_phase is OpenPhase before)
            {
                // The same stay in the same state: only its end moves, so that nobody is told.
                var until = now + opening.Duration!.Value;
                return now - before.Until!.Value >= 0
                    && Swap(new OpenPhase(this, epoch, before.Since, until, opening.RemoteInstances, before.FailureRatio(now))) == before;
            }

            if (_phase.State is not (CircuitState.Closed or CircuitState.HalfOpen))
            {
                return false;
            }

            LastFailureReason = opening.FailureReason ?? LastFailureReason;
            Open(in opening);
        }

        Publish();
        return true;
    }

    /// <summary>False if the circuit has moved on, or has nothing to close.</summary>
    public bool TryCloseRemotely(int epoch, long now)
    {
        lock (this)
        {
            // A recovery step by step is left alone: the fleet's good probe says nothing about the load.
            if (_phase.Epoch != epoch || _phase is RecoveringPhase || _phase.State is not (CircuitState.Open or CircuitState.HalfOpen))
            {
                return false;
            }

            Recover(now, CircuitTransitionReason.Remote);
        }

        Publish();
        return true;
    }

    // Before the gate is taken, as it is not this circuit's own code.
    private bool TryLease(out string? token)
    {
        token = null;
        if (_context.Leases is not { } leases)
        {
            return true;
        }

        var settings = Settings;
        var timeout = HalfOpenPhase.SlotDuration(settings) + HalfOpenPhase.BodyDuration(settings);
        var failures = TripRule.FailuresToReopen(settings.HalfOpenProbes, settings.FailureRatio);
        return leases.TryLease(new ProbeRequest(Key, settings.HalfOpenProbes, failures, TimeSpan.FromMilliseconds(timeout)), out token);
    }

    private void SettleLease(string? token, in CallResult verdict, long now)
    {
        if (token is null || verdict.IsBodyToCome)
        {
            return;
        }

        Debug.Assert(_context.Leases is not null, "Only a fleet gives tokens.");
        var duration = Phase is OpenPhase open
            ? Math.Max(0, open.Until!.Value - now)
            : BreakRule.Duration(Settings, Volatile.Read(ref _consecutiveOpenings) + 1, verdict.RetryAfter, _context.Random());
        _context.Leases.Settle(Key, token, verdict.Outcome, TimeSpan.FromMilliseconds(duration));
    }

    private Suspicion? SuspicionAt(long now) => Volatile.Read(ref _suspicion) is { } suspicion && now - suspicion.Until < 0 ? suspicion : null;
}
