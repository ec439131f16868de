namespace Http.CircuitBreaker.Circuits;

/// <summary>How long a break lasts, in milliseconds.</summary>
internal static class BreakRule
{
    // Beyond this every break of at least a tenth of a second has long passed the longest one allowed, a day.
    private const int MaxDoublings = 30;

    /// <summary>The break of the <paramref name="opening"/>-th opening in a row, counted from 1; <paramref name="random"/> in [0, 1).</summary>
    public static long Duration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var own = Math.Min(settings.MaxBreakDuration, settings.BreakDuration << Math.Min(opening - 1, MaxDoublings));
        var asked = settings.RetryAfterHandling == RetryAfterHandling.Ignore ? 0 : Math.Min(retryAfter, settings.MaxRetryAfter);

        // Jitter is a share of the circuit's own break: the host knows best when it wants to be called again.
        return Math.Max(own, asked) + (long)(own * settings.BreakJitter * random);
    }

    /// <summary>No break by these settings is longer.</summary>
    public static long Longest(CircuitSettings settings) =>
        Duration(settings, opening: MaxDoublings + 1, retryAfter: long.MaxValue, random: 1);
}
