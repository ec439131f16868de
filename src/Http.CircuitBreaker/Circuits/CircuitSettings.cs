namespace Http.CircuitBreaker.Circuits;

/// <summary>What the state machine needs to know of the options; durations in milliseconds, 0 = off.</summary>
internal record CircuitSettings
{
    public required CircuitBreakerMode Mode { get; init; }

    public required double FailureRatio { get; init; }

    public required int MinimumThroughput { get; init; }

    public required long SamplingDuration { get; init; }

    public required int ConsecutiveFailures { get; init; }

    public required long ConsecutiveFailuresDuration { get; init; }

    public required long SlowCallDuration { get; init; }

    public required long BreakDuration { get; init; }

    public required long MaxBreakDuration { get; init; }

    public required long MaxRetryAfter { get; init; }

    public required double BreakJitter { get; init; }

    public required RetryAfterHandling RetryAfterHandling { get; init; }

    public required int HalfOpenProbes { get; init; }

    public required long ProbeTimeout { get; init; }

    /// <summary>Whether probes are requests of their own, sent in the background one at a time, instead of calls that arrive.</summary>
    public required bool ProbesInBackground { get; init; }

    public required RecoveryRamp RecoveryRamp { get; init; }

    public required long RecoveryDuration { get; init; }
}
