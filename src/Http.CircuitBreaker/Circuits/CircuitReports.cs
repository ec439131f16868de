namespace Http.CircuitBreaker.Circuits;

/// <summary>Creates snapshots and change events. Only snapshots contain wall-clock times.</summary>
internal static class CircuitReports
{
    public static CircuitSnapshot Snapshot(Circuit circuit, long now, DateTimeOffset utcNow, string? configurationError)
    {
        var (phase, settings) = (circuit.Phase, circuit.Settings);
        var isHealthy = phase is ClosedPhase closed && closed.WasHealthy(settings, now);
        var evidence = phase.Evidence(now);
        var totals = circuit.Counters.Totals;
        return new CircuitSnapshot
        {
            Key = circuit.Key,
            State = phase.State,
            Epoch = phase.Epoch,
            Since = Add(utcNow, phase.Since - now),
            Until = phase.Until is { } until ? Add(utcNow, until - now) : null,
            ProbeDue = phase.Until is { } end && now - end >= 0,
            Total = evidence.Total,
            Failed = evidence.Failed,
            Overdue = evidence.Overdue,
            FailureRatio = evidence.Ratio,
            AdmittedShare = phase.AdmittedShare,
            InFlight = circuit.Counters.InFlight,
            Rejected = circuit.Rejected,
            TotalSucceeded = totals.Succeeded,
            TotalFailed = totals.Failed,
            TotalIgnored = totals.Ignored,
            LastFailureReason = circuit.LastFailureReason,
            RemoteInstances = (phase as OpenPhase)?.RemoteInstances ?? 0,
            IsolationReason = (phase as IsolatedPhase)?.Reason,
            Mode = settings.Mode,
            WouldHaveRejected = circuit.WouldHaveRejected,
            ConsecutiveOpenings = isHealthy ? 0 : circuit.ConsecutiveOpenings,
            ConfigurationError = configurationError,
            Settings = settings.Text,
        };
    }

    public static CircuitStateChange Change(Circuit circuit, Phase previous, Phase next, Transition transition, in Outage outage) => new()
    {
        Key = circuit.Key,
        PreviousState = previous.State,
        State = next.State,
        Reason = transition.Reason,
        Epoch = next.Epoch,
        PreviousDuration = TimeSpan.FromMilliseconds(Math.Min(transition.At, previous.GoneAt(circuit.Settings)) - previous.Since),
        BreakDuration = next.Until is { } until ? TimeSpan.FromMilliseconds(until - transition.At) : null,
        Total = transition.Evidence.Total,
        Failed = transition.Evidence.Failed,
        Overdue = transition.Evidence.Overdue,
        FailureReason = next is OpenPhase ? transition.FailureReason ?? circuit.LastFailureReason : null,
        ConsecutiveOpenings = next is ClosedPhase ? 0 : outage.ConsecutiveOpenings,
        OutageDuration = next is ClosedPhase ? outage.Duration(transition.At) : null,
        Rejected = outage.RejectedSince(circuit.Rejected + circuit.WouldHaveRejected),
        IsolationReason = (next as IsolatedPhase)?.Reason,
        RemoteInstances = (next as OpenPhase)?.RemoteInstances ?? 0,
        RetryAfter = transition.RetryAfter > 0
            ? TimeSpan.FromMilliseconds(Math.Min(transition.RetryAfter, circuit.Settings.MaxRetryAfter))
            : null,
    };

    // Clamps the date to the range that DateTimeOffset can represent.
    private static DateTimeOffset Add(DateTimeOffset utcNow, long milliseconds) => new(
        Math.Clamp(utcNow.UtcTicks + (milliseconds * TimeSpan.TicksPerMillisecond), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
}
