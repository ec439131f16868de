using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The settings of one circuit, including those that only the handler uses.</summary>
internal sealed record HostSettings : CircuitSettings
{
    public required CallRules Rules { get; init; }

    /// <summary>Zero = off.</summary>
    public required TimeSpan CallTimeout { get; init; }

    public required bool ObserveResponseBody { get; init; }

    /// <summary>The path of background probes; null = off.</summary>
    public string? ProbePath { get; init; }

    public static HostSettings From(CircuitBreakerOptions options)
    {
        var slowCallDuration = Milliseconds(options.SlowCallDuration ?? TimeSpan.Zero);
        return new HostSettings
        {
            Mode = options.Mode,
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumThroughput,
            SamplingDuration = Milliseconds(options.SamplingDuration),
            ConsecutiveFailures = options.ConsecutiveFailures ?? 0,
            ConsecutiveFailuresDuration = Milliseconds(options.ConsecutiveFailuresDuration),
            SlowCallDuration = slowCallDuration,
            BreakDuration = Milliseconds(options.BreakDuration),
            MaxBreakDuration = Milliseconds(options.MaxBreakDuration ?? options.BreakDuration),
            MaxRetryAfter = Milliseconds(options.MaxRetryAfter),
            BreakJitter = options.BreakJitter,
            RetryAfterHandling = options.RetryAfterHandling,
            HalfOpenProbes = options.HalfOpenProbes,
            ProbeTimeout = Milliseconds(options.ProbeTimeout),
            ProbePath = options.ProbePath,
            ProbesInBackground = options is { ProbePath: not null, Mode: CircuitBreakerMode.Enforce },
            RecoveryRamp = options.RecoveryRamp,
            RecoveryDuration = Milliseconds(options.RecoveryDuration),
            CallTimeout = options.CallTimeout ?? TimeSpan.Zero,
            ObserveResponseBody = options.ObserveResponseBody,
            Rules = new CallRules(StatusCodeSet.Create(options.FailureStatusCodes), slowCallDuration, options.Classify),
        };
    }

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;
}
