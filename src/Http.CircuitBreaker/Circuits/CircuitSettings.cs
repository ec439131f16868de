namespace Http.CircuitBreaker.Circuits;

/// <summary>The options that the state machine needs; durations in milliseconds, 0 = off.</summary>
internal record CircuitSettings
{
    public required CircuitBreakerMode Mode { get; init; }

    /// <value>Null = off.</value>
    public required double? FailureRatio { get; init; }

    public required int MinimumThroughput { get; init; }

    public required long SamplingDuration { get; init; }

    public required int ConsecutiveFailures { get; init; }

    public required long ConsecutiveFailuresDuration { get; init; }

    public required long SlowCallDuration { get; init; }

    public required UnresponsiveDetection UnresponsiveDetection { get; init; }

    public required long BreakDuration { get; init; }

    public required long MaxBreakDuration { get; init; }

    public required long MaxRetryAfter { get; init; }

    public required double BreakJitter { get; init; }

    public required RetryAfterHandling RetryAfterHandling { get; init; }

    public required int HalfOpenProbes { get; init; }

    public required long ProbeTimeout { get; init; }

    /// <summary>Probes are requests of the breaker's own, sent in the background one at a time.</summary>
    public required bool ProbesInBackground { get; init; }

    public required long RecoveryDuration { get; init; }

    /// <summary>How long a probe with good headers may hold its slot while its body flows.</summary>
    public long ProbeBodyTimeout => Math.Min(ProbeTimeout, BreakDuration);

}
