using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>A decision to change the state, with its reason and time.</summary>
internal sealed record Transition(CircuitState State, CircuitTransitionReason Reason, long At)
{
    public string? FailureReason { get; init; }

    /// <summary>In milliseconds; 0 = none.</summary>
    public long RetryAfter { get; init; }

    public WindowCounts Evidence { get; init; }

    /// <summary>In milliseconds; null = a break as configured, or an isolation without an end.</summary>
    public long? Duration { get; init; }

    /// <summary>The number of other instances that reported failures.</summary>
    public int Instances { get; init; }

    public string? IsolationReason { get; init; }

    /// <summary>The circuit was reset by hand, so earlier openings no longer count.</summary>
    public bool IsReset { get; init; }

    public static Transition Open(CircuitTransitionReason reason, in CallResult failure, long now, WindowCounts evidence) =>
        new(CircuitState.Open, reason, now) { FailureReason = failure.Reason, RetryAfter = failure.RetryAfter, Evidence = evidence };

    public Phase CreatePhase(Phase previous, CircuitSettings settings, in Outage outage, CallCounters counters, Func<double> random)
    {
        var epoch = previous.Epoch + 1;
        switch (State)
        {
            case CircuitState.Open:
                var until = At + (Duration ?? BreakRule.BreakDuration(settings, outage.ConsecutiveOpenings, RetryAfter, random()));
                return previous is OpenPhase open ? open.Extend(until, Instances) : new OpenPhase(epoch, At, until, Evidence, Instances);
            case CircuitState.HalfOpen:
                return new HalfOpenPhase(epoch, At, settings, counters);
            case CircuitState.Isolated:
                return new IsolatedPhase(epoch, since: previous is IsolatedPhase ? previous.Since : At, At + Duration, IsolationReason);
            case CircuitState.Closed when outage.NeedsSlowStart && previous is not SlowStartPhase:
                // Slow start continues the half-open state after the probes, so the state does not change.
                return previous is HalfOpenPhase
                    ? new SlowStartPhase(previous.Epoch, previous.Since, At, settings, counters)
                    : new SlowStartPhase(epoch, At, At, settings, counters);
            default:
                return new ClosedPhase(epoch, At, settings, counters);
        }
    }
}
