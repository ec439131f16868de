using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Calculates the length of a break and how many failed probes reopen a circuit. Pure functions.</summary>
internal static class BreakRule
{
    // Enough to get from the shortest break, 0.1 s, to the longest, a day.
    private const int MaxDoublings = 30;

    /// <summary>The smallest number of failures whose share of the probes reaches the ratio; 1 without a ratio.</summary>
    /// <remarks>Divides, because the product 0.28 * 25 is greater than 7, although 7 / 25 is 0.28.</remarks>
    public static int FailuresToReopen(int probes, double? ratio)
    {
        var failures = Math.Clamp((int)Math.Ceiling((ratio ?? 0) * probes) - 1, 1, probes);
        while ((double)failures / probes < ratio)
        {
            failures++;
        }

        return failures;
    }

    /// <summary>The length of a break in milliseconds.</summary>
    /// <param name="settings">The settings of the circuit.</param>
    /// <param name="opening">The number of consecutive openings, including this one.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> of the failure in milliseconds; 0 = none.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public static long BreakDuration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var own = Math.Min(settings.MaxBreakDuration, settings.BreakDuration << Math.Min(opening - 1, MaxDoublings));
        var requested = settings.RetryAfterHandling == RetryAfterHandling.Ignore ? 0 : Math.Min(retryAfter, settings.MaxRetryAfter);

        // Jitter extends only the circuit's own break, not the time that the host asked for.
        return Math.Max(own, requested) + (long)(own * settings.BreakJitter * random);
    }

    /// <summary>How long a probe may wait for its headers, in milliseconds.</summary>
    public static long ProbeHeadersTimeout(CircuitSettings settings, CallCounters counters)
    {
        var timeout = settings.SlowCallDuration > 0 ? Math.Min(settings.ProbeTimeout, settings.SlowCallDuration) : settings.ProbeTimeout;
        return TripRule.CanDetectSilence(settings, counters.Totals) ? Math.Min(timeout, counters.Silence.Limit) : timeout;
    }

    public static long LongestBreak(CircuitSettings settings) =>
        BreakDuration(settings, opening: MaxDoublings + 1, retryAfter: long.MaxValue, random: 1);
}
