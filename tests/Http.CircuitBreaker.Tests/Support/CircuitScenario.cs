using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The default settings of circuit tests.</summary>
internal static class CircuitScenario
{
    public static CircuitSettings Defaults { get; } = new()
    {
        Mode = CircuitBreakerMode.Enforce,
        FailureRatio = 0.5,
        MinimumThroughput = 4,
        SamplingDuration = 10_000,
        ConsecutiveFailures = 0,
        ConsecutiveFailuresDuration = 0,
        SlowCallDuration = 0,
        UnresponsiveDetection = UnresponsiveDetection.Off,
        BreakDuration = 30_000,
        MaxBreakDuration = 600_000,
        MaxRetryAfter = 600_000,
        BreakJitter = 0,
        RetryAfterHandling = RetryAfterHandling.Extend,
        HalfOpenProbes = 1,
        ProbeTimeout = 60_000,
        ProbesInBackground = false,
        RecoveryDuration = 0,
    };

    /// <summary>Creates a circuit in this state that the next call does not change.</summary>
    public static CircuitHarness In(CircuitState state)
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3 });
        return state switch
        {
            CircuitState.Open => circuit.Fail(4),
            CircuitState.HalfOpen => circuit.OpenUntilProbe().Ignore(),
            CircuitState.Isolated => circuit.Isolate(),
            _ => circuit,
        };
    }
}
