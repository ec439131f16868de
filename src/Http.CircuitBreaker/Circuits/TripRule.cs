using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Pure functions that decide when a circuit opens.</summary>
internal static class TripRule
{
    /// <summary>Returns the reason why a failure opens the circuit, or null if the circuit stays closed.</summary>
    public static CircuitTransitionReason? OnFailure(
        CircuitSettings settings, in CallResult failure, ConsecutiveFailures run, WindowCounts evidence) =>
        OpensImmediately(settings, in failure) ? CircuitTransitionReason.RetryAfter
        : IsLongRun(settings, run) ? CircuitTransitionReason.ConsecutiveFailures
        : ByRatio(settings, evidence);

    public static CircuitTransitionReason? ByRatio(CircuitSettings settings, WindowCounts evidence) =>
        evidence.Total >= settings.MinimumThroughput && evidence.Ratio >= settings.FailureRatio
            ? evidence.Overdue > 0 ? CircuitTransitionReason.OverdueCalls : CircuitTransitionReason.FailureRatio
            : null;

    /// <summary>Whether silence detection is on and enough calls have succeeded to know the host's response time.</summary>
    public static bool CanDetectSilence(CircuitSettings settings, CallTotals totals) =>
        settings.UnresponsiveDetection != UnresponsiveDetection.Off && totals.Succeeded >= settings.MinimumThroughput;

    public static bool OpensImmediately(CircuitSettings settings, in CallResult failure) =>
        failure.RetryAfter > 0 && settings.RetryAfterHandling == RetryAfterHandling.Open;

    // A busy client sees many failures during a brief host restart, so the failures must also span a minimum time.
    private static bool IsLongRun(CircuitSettings settings, ConsecutiveFailures run) =>
        settings.ConsecutiveFailures > 0
        && run.Count >= settings.ConsecutiveFailures
        && run.Duration >= settings.ConsecutiveFailuresDuration;
}
