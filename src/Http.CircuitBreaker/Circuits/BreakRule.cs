using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>How long a circuit stays open, and how many failed probes open it again. Pure functions.</summary>
internal static class BreakRule
{
    // A break of at least 0.1 s exceeds the longest one allowed, a day, after fewer doublings.
    private const int MaxDoublings = 30;

    /// <summary>The smallest k of at least 1 with k / probes >= ratio; without a ratio the first failure reopens.</summary>
    /// <remarks>By division: the product 0.28 * 25 is above 7, although 7 / 25 is 0.28.</remarks>
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
    /// <param name="opening">How many consecutive openings this is, from 1.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> of the failure, in milliseconds; 0 = none.</param>
    /// <param name="random">From 0 to 1.</param>
    public static long BreakDuration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var own = Math.Min(settings.MaxBreakDuration, settings.BreakDuration << Math.Min(opening - 1, MaxDoublings));
        var requested = settings.RetryAfterHandling == RetryAfterHandling.Ignore ? 0 : Math.Min(retryAfter, settings.MaxRetryAfter);

        // Jitter is a share of the circuit's own break, so that it does not stretch the wait that the host asked for.
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
