using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Calculates the length of a break, how many failed probes reopen a circuit, and time limits for response headers.</summary>
internal static class BreakRule
{
    // Prevents the shift from overflowing. 20 doublings already take the shortest break (0.1 s) past the longest one (1 day).
    private const int MaxDoublings = 30;

    /// <summary>Returns how many probes must fail to reach the failure ratio; 1 if there is no ratio.</summary>
    /// <remarks>The loop compares by division, because 0.28 * 25 is rounded to more than 7, but 7 / 25 equals 0.28.</remarks>
    public static int FailuresToReopen(int probes, double? ratio)
    {
        var failures = Math.Clamp((int)Math.Ceiling((ratio ?? 0) * probes) - 1, 1, probes);
        while ((double)failures / probes < ratio)
        {
            failures++;
        }

        return failures;
    }

    /// <summary>Returns the length of a break in milliseconds.</summary>
    /// <param name="settings">The circuit's settings.</param>
    /// <param name="opening">The number of consecutive openings, including this one.</param>
    /// <param name="retryAfter">The failure's <c>Retry-After</c> time in milliseconds; 0 = none.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public static long BreakDuration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var own = Math.Min(settings.MaxBreakDuration, settings.BreakDuration << Math.Min(opening - 1, MaxDoublings));
        var requested = settings.RetryAfterHandling == RetryAfterHandling.Ignore ? 0 : Math.Min(retryAfter, settings.MaxRetryAfter);

        // Jitter is a share of the circuit's own break, even if the host requested a longer one.
        return Math.Max(own, requested) + (long)(own * settings.BreakJitter * random);
    }

    /// <summary>Returns how long a probe may wait for response headers, in milliseconds.</summary>
    public static long ProbeHeadersTimeout(CircuitSettings settings, CallCounters counters, bool isUntimed)
    {
        if (isUntimed)
        {
            return settings.ProbeTimeout;
        }

        var timeout = SlowCallDuration(settings, counters) is > 0 and var limit
            ? Math.Min(settings.ProbeTimeout, limit)
            : settings.ProbeTimeout;
        return TripRule.CanDetectSilence(settings, counters.Totals) ? Math.Min(timeout, counters.Silence.Limit) : timeout;
    }

    /// <summary>Returns how long response headers may take before a call counts as slow, in milliseconds; 0 = no limit.</summary>
    public static long SlowCallDuration(CircuitSettings settings, CallCounters counters) =>
        counters.Usual?.SlowCallDuration ?? settings.SlowCallDuration;

    /// <summary>Returns how long a probe may keep its slot after its response headers, in milliseconds.</summary>
    /// <remarks>The circuit breaker reads the body of a background probe itself, and ends the probe if the body stalls.</remarks>
    public static long BodySlotTimeout(CircuitSettings settings, CallCounters counters) =>
        settings.ProbeBodyTimeout + (settings.ProbesInBackground ? ProbeHeadersTimeout(settings, counters, isUntimed: false) : 0);

    public static long LongestBreak(CircuitSettings settings) =>
        BreakDuration(settings, opening: MaxDoublings + 1, retryAfter: long.MaxValue, random: 1);
}
