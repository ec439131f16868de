namespace Http.CircuitBreaker.Circuits;

/// <summary>The settings of the circuit state machine. Durations are in milliseconds; 0 or null = off.</summary>
internal record CircuitSettings
{
    // Long enough to see most broken bodies. While a probe's body flows, other calls are rejected.
    private const long MaxProbeBodyTimeout = 1_000;

    public required CircuitBreakerMode Mode { get; init; }
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

    /// <summary>Whether probes are sent in the background, one at a time, instead of using application calls as probes.</summary>
    public required bool ProbesInBackground { get; init; }
    public required long RecoveryDuration { get; init; }

    public bool DetectsSlowness => UnresponsiveDetection == UnresponsiveDetection.SilenceAndSlowness && SlowCallDuration == 0;

    /// <summary>How long the response body of a probe may flow before the probe counts as successful.</summary>
    public long ProbeBodyTimeout => Math.Min(ProbeTimeout, Math.Min(BreakDuration, MaxProbeBodyTimeout));

    /// <summary>How long a circuit that is not closed stays visible without calls after its break, or after its last call.</summary>
    public long IdleTimeUntilGone => Math.Max(MaxBreakDuration, SamplingDuration);
}
