using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>When a closed circuit opens, and when the verdict on a half-open one is certain.</summary>
internal static class TripRule
{
    public static CircuitTransitionReason? ByFailure(CircuitSettings settings, in CallResult failure, (int Count, long Duration) row, WindowCounts evidence)
    {
        if (OpensAtOnce(settings, in failure))
        {
            return CircuitTransitionReason.RetryAfter;
        }

        return IsLongRow(settings, row) ? CircuitTransitionReason.ConsecutiveFailures : ByRatio(settings, evidence);
    }

    public static CircuitTransitionReason? ByRatio(CircuitSettings settings, WindowCounts evidence)
    {
        if (evidence.Total < settings.MinimumThroughput || evidence.Total == 0 || evidence.Ratio < settings.FailureRatio)
        {
            return null;
        }

        return evidence.Overdue > 0 ? CircuitTransitionReason.OverdueCalls : CircuitTransitionReason.FailureRatio;
    }

    public static bool OpensAtOnce(CircuitSettings settings, in CallResult failure) =>
        failure.RetryAfter > 0 && settings.RetryAfterHandling == RetryAfterHandling.Open;

    /// <summary>The smallest k of at least 1 with k / probes >= ratio: by division, as a product rounds the wrong way (0.28 * 25 is above 7).</summary>
    public static int FailuresToReopen(int probes, double ratio)
    {
        var failures = Math.Clamp((int)Math.Ceiling(ratio * probes) - 1, 1, probes);
        while ((double)failures / probes < ratio)
        {
            failures++;
        }

        return failures;
    }

    // A busy client has a long row within moments: a row has to last as well, so that what is over soon, such as a restart, opens nothing.
    private static bool IsLongRow(CircuitSettings settings, (int Count, long Duration) row) =>
        settings.ConsecutiveFailures > 0
        && row.Count >= settings.ConsecutiveFailures
        && row.Duration >= settings.ConsecutiveFailuresDuration;
}
