using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>A decision to change a circuit's state, with the reason and the time.</summary>
internal sealed record Transition(CircuitState State, CircuitTransitionReason Reason, long At)
{
    public string? FailureReason { get; init; }

    /// <summary>The failure's <c>Retry-After</c> time in milliseconds; 0 = none.</summary>
    public long RetryAfter { get; init; }

    public WindowCounts Evidence { get; init; }

    /// <summary>The length of the break or isolation in milliseconds; null to calculate it, or to isolate indefinitely.</summary>
    public long? Duration { get; init; }

    /// <summary>The number of other instances that reported failures.</summary>
    public int Instances { get; init; }

    public string? IsolationReason { get; init; }

    /// <summary>Whether the circuit was reset manually, so that earlier openings no longer count.</summary>
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
                // Slow start is part of the half-open state, so moving from probes to slow start is not a state change.
                return previous is HalfOpenPhase
                    ? new SlowStartPhase(previous.Epoch, previous.Since, At, settings, counters)
                    : new SlowStartPhase(epoch, At, At, settings, counters);
            default:
                return new ClosedPhase(epoch, At, settings, counters);
        }
    }
}
