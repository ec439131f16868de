using System.Collections.ObjectModel;

namespace Http.CircuitBreaker.Circuits;

/// <summary>The settings of the circuit state machine. Durations are in milliseconds; 0 or null = off.</summary>
internal record CircuitSettings
{
    // One second is long enough to detect most broken response bodies. Other calls are rejected while a probe's body is being received, so
    // a longer limit would reject more calls.
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

    /// <summary>Whether to send probes in the background, one at a time, instead of using application calls as probes.</summary>
    public required bool ProbesInBackground { get; init; }
    public required long RecoveryDuration { get; init; }

    /// <summary>The values of all options as text, by option name, for snapshots.</summary>
    public virtual IReadOnlyDictionary<string, string> Text => ReadOnlyDictionary<string, string>.Empty;

    public bool DetectsSlowness => UnresponsiveDetection == UnresponsiveDetection.SilenceAndSlowness && SlowCallDuration == 0;

    /// <summary>
    /// How long a probe's response body is observed. If the body is still arriving after this time, the probe counts as successful.
    /// </summary>
    public long ProbeBodyTimeout => Math.Min(ProbeTimeout, Math.Min(BreakDuration, MaxProbeBodyTimeout));

    /// <summary>
    /// How long a circuit that is not closed can go without calls before it is hidden from snapshots. The time is measured from the end of
    /// the break, or from the last call if that is later.
    /// </summary>
    public long IdleTimeUntilGone => Math.Max(MaxBreakDuration, SamplingDuration);
}
