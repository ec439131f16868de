using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>When a closed circuit opens. Pure functions.</summary>
internal static class TripRule
{
    /// <summary>Whether a failure opens a closed circuit.</summary>
    public static CircuitTransitionReason? OnFailure(
        CircuitSettings settings, in CallResult failure, ConsecutiveFailures run, WindowCounts evidence)
    {
        if (OpensImmediately(settings, in failure))
        {
            return CircuitTransitionReason.RetryAfter;
        }

        return IsLongRun(settings, run) ? CircuitTransitionReason.ConsecutiveFailures : ByRatio(settings, evidence);
    }

    public static CircuitTransitionReason? ByRatio(CircuitSettings settings, WindowCounts evidence) =>
        evidence.Total >= settings.MinimumThroughput && evidence.Ratio >= settings.FailureRatio
            ? evidence.Overdue > 0 ? CircuitTransitionReason.OverdueCalls : CircuitTransitionReason.FailureRatio
            : null;

    /// <summary>Whether enough answers are known to tell how long the host takes.</summary>
    public static bool CanDetectSilence(CircuitSettings settings, CallTotals totals) =>
        settings.UnresponsiveDetection != UnresponsiveDetection.Off && totals.Succeeded >= settings.MinimumThroughput;

    public static bool OpensImmediately(CircuitSettings settings, in CallResult failure) =>
        failure.RetryAfter > 0 && settings.RetryAfterHandling == RetryAfterHandling.Open;

    // A busy client has many consecutive failures within moments, also when a host only restarts, so the run must have lasted as well.
    private static bool IsLongRun(CircuitSettings settings, ConsecutiveFailures run) =>
        settings.ConsecutiveFailures > 0
        && run.Count >= settings.ConsecutiveFailures
        && run.Duration >= settings.ConsecutiveFailuresDuration;
}
