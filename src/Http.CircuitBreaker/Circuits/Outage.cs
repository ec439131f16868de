namespace Http.CircuitBreaker.Circuits;

/// <summary>Tracks an outage across phases: when it started, how often the circuit has opened, and how the circuit must recover.</summary>
internal struct Outage
{
    public long Since { get; private set; }

    /// <summary>The circuit's total number of rejected calls when the outage began.</summary>
    public long RejectedBefore { get; private set; }

    /// <summary>How many times the circuit has opened since it was last healthy.</summary>
    public int ConsecutiveOpenings { get; private set; }

    /// <summary>Whether the circuit opened because its host stopped answering, and has reopened only because probes timed out.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether the next recovery must use slow start, because the host failed soon after the last recovery.</summary>
    public bool NeedsSlowStart { get; private set; }

    /// <summary>Updates the outage for a state change. Call this method before the phase changes.</summary>
    public void OnTransition(Phase from, Transition transition, CircuitSettings settings, long rejected)
    {
        if (transition.IsReset)
        {
            (ConsecutiveOpenings, NeedsSlowStart) = (0, false);
        }

        if (from is ClosedPhase closed)
        {
            (Since, RejectedBefore) = (transition.At, rejected);
            if (closed.WasHealthy(settings, transition.At))
            {
                ConsecutiveOpenings = 0;
            }

            NeedsSlowStart = transition is { State: CircuitState.Open, Reason: not CircuitTransitionReason.Remote }
                && closed.FailedSoonAfterRecovery(settings, transition.At);
        }

        if (from is SlowStartPhase slowStart && transition.State == CircuitState.Open)
        {
            NeedsSlowStart = slowStart.HasProgressed(transition.At);
        }

        if (transition.State != CircuitState.HalfOpen)
        {
            IsSilent = transition.Reason == CircuitTransitionReason.Unresponsive
                || (IsSilent && transition.Reason == CircuitTransitionReason.ProbeTimeout);
        }

        if (transition.State == CircuitState.Open && from is not OpenPhase)
        {
            ConsecutiveOpenings++;
        }
    }

    public readonly TimeSpan Duration(long now) => TimeSpan.FromMilliseconds(now - Since);

    public readonly long RejectedSince(long rejected) => rejected - RejectedBefore;
}

/// <summary>A circuit's queue of state changes, and the time of the last periodic summary of its rejected calls.</summary>
/// <remarks>This object is created at the circuit's first state change, so a circuit that stays closed needs no memory for it.</remarks>
internal sealed class OutageReports
{
    private const double Interval = 30;

    private long _last;
    private long _rejectedBefore;

    public ChangeQueue Changes { get; } = new();

    /// <summary>
    /// Gets the number of calls that were rejected since the outage's last summary, or since the outage started if it has had no summary.
    /// Returns false if no summary is due yet.
    /// </summary>
    public bool TrySummarize(long now, in Outage outage, long rejected, out long calls, out double seconds)
    {
        var last = Volatile.Read(ref _last);
        var isFirst = last < outage.Since;
        calls = rejected - (isFirst ? outage.RejectedBefore : _rejectedBefore);
        seconds = (now - (isFirst ? outage.Since : last)) / 1000.0;
        if (seconds < Interval || Interlocked.CompareExchange(ref _last, now, last) != last)
        {
            return false;
        }

        _rejectedBefore = rejected;
        return true;
    }
}
