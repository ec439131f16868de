namespace Http.CircuitBreaker.Circuits;

/// <summary>Tracks an outage across phases: its start, its openings, and how the circuit must recover.</summary>
internal struct Outage
{
    private long _since;
    private long _rejectedBefore;

    /// <summary>The number of openings since the circuit was last healthy.</summary>
    public int ConsecutiveOpenings { get; private set; }

    /// <summary>Whether the circuit opened because the host stopped answering, and has since reopened only after probe timeouts.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Whether the next recovery must use slow start, because the host failed soon after the last one.</summary>
    public bool NeedsSlowStart { get; private set; }

    /// <summary>Call this method before the phase changes.</summary>
    public void OnTransition(Phase from, Transition transition, CircuitSettings settings, long rejected)
    {
        if (transition.IsReset)
        {
            (ConsecutiveOpenings, NeedsSlowStart) = (0, false);
        }

        if (from is ClosedPhase closed)
        {
            (_since, _rejectedBefore) = (transition.At, rejected);
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

    public readonly TimeSpan Duration(long now) => TimeSpan.FromMilliseconds(now - _since);

    public readonly long RejectedSince(long rejected) => rejected - _rejectedBefore;
}
