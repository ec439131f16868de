using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

// The way from half-open back to closed.
internal sealed partial class Circuit
{
    // Whether closing at once was too much for the host the last time.
    private bool _hasRelapsed;

    // Whether the host has been seen, in this outage, to answer well between its failures: then a row of them at the end is chance.
    private bool _failsNowAndThen;

    /// <summary>True if the phase is over, or was already.</summary>
    public bool EndStep(RecoveringPhase phase, long now)
    {
        lock (this)
        {
            if (_phase != phase)
            {
                return true;
            }

            if (!phase.EndStep(now))
            {
                return false;
            }

            Close(now, CircuitTransitionReason.Recovered, phase.Evidence(now));
        }

        Publish();
        return true;
    }

    public void SettleRecovering(RecoveringPhase phase, in CallResult verdict, bool inBody, long now)
    {
        if (!IsPresent(phase))
        {
            return;
        }

        lock (this)
        {
            if (_phase == phase && phase.Opens(in verdict, inBody, now))
            {
                var reason = phase.OpensAtOnce(in verdict) ? CircuitTransitionReason.RetryAfter : CircuitTransitionReason.RecoveryFailed;
                Open(new Opening(reason, now, verdict.Reason, verdict.RetryAfter, phase.Evidence(now)));
            }
        }

        Publish();
    }

    private void Recover(HalfOpenPhase phase, long now) =>
        Recover(now, CircuitTransitionReason.ProbesSucceeded, phase.Evidence(now));

    private void Recover(long now, CircuitTransitionReason reason, WindowCounts evidence = default)
    {
        if (Settings.RecoveryRamp == RecoveryRamp.Always || (Settings.RecoveryRamp == RecoveryRamp.AfterRelapse && _hasRelapsed))
        {
            MoveTo(new RecoveringPhase(this, _phase, now, Settings), now, reason);
        }
        else
        {
            Close(now, reason, evidence);
        }
    }

    private bool HasRelapsed(long now) => _phase switch
    {
        ClosedPhase closed => !_failsNowAndThen && closed.HasRelapsed(Settings, now),

        // Where hardly any call was let in, it is not the load that the host cannot bear.
        RecoveringPhase recovering => recovering.HasProgressed,
        _ => _hasRelapsed,
    };
}
