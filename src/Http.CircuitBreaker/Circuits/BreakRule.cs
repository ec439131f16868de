using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Calculates the length of a break, how many failed probes reopen a circuit, and the time limits of a probe.</summary>
internal static class BreakRule
{
    // Limits the doublings, so that the shift in BreakDuration cannot overflow. After 20 doublings, the shortest break (0.1 s) is already
    // longer than the longest allowed break (1 day).
    private const int MaxDoublings = 30;

    /// <summary>Returns how many of the probes must fail before the circuit reopens; 1 if no failure ratio is set.</summary>
    /// <remarks>
    /// Multiplying the ratio by the number of probes can cause a rounding error: 0.28 * 25 is slightly more than 7. The product is
    /// therefore only a starting point: the loop counts up from there until failures / probes reaches the ratio. The division has no such
    /// error: 7.0 / 25 equals 0.28.
    /// </remarks>
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
    /// <param name="opening">How many times in a row the circuit has opened, including this time.</param>
    /// <param name="retryAfter">The failure's <c>Retry-After</c> time in milliseconds; 0 = none.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    public static long BreakDuration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var own = Math.Min(settings.MaxBreakDuration, settings.BreakDuration << Math.Min(opening - 1, MaxDoublings));
        var requested = settings.RetryAfterHandling == RetryAfterHandling.Ignore ? 0 : Math.Min(retryAfter, settings.MaxRetryAfter);

        // The jitter is proportional to the break length calculated without Retry-After, even if Retry-After makes the break longer.
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

    /// <summary>Returns the time in milliseconds after which a probe whose response body is still arriving counts as successful.</summary>
    /// <remarks>
    /// A background probe reads the body itself, so the time limit of a single read is added. This way, if the body stalls, the read times
    /// out before the probe counts as successful, and the probe counts as failed.
    /// </remarks>
    public static long BodySlotTimeout(CircuitSettings settings, CallCounters counters) =>
        settings.ProbeBodyTimeout + (settings.ProbesInBackground ? ProbeHeadersTimeout(settings, counters, isUntimed: false) : 0);

    public static long LongestBreak(CircuitSettings settings) =>
        BreakDuration(settings, opening: MaxDoublings + 1, retryAfter: long.MaxValue, random: 1);
}
