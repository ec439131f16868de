namespace Http.CircuitBreaker.Circuits;

/// <summary>How long a break lasts, in milliseconds.</summary>
internal static class BreakRule
{
    // Beyond this every break of at least a tenth of a second has long passed the longest one allowed, a day.
    private const int MaxDoublings = 30;

    /// <summary>The break of the <paramref name="opening"/>-th opening in a row, counted from 1; <paramref name="random"/> in [0, 1).</summary>
    public static long Duration(CircuitSettings settings, int opening, long retryAfter, double random)
    {
        var doubled = settings.BreakDuration << Math.Min(opening - 1, MaxDoublings);
        var duration = Math.Min(settings.MaxBreakDuration, doubled);
        if (settings.OnRetryAfter != RetryAfterMode.Ignore)
        {
            duration = Math.Max(duration, Math.Min(retryAfter, settings.MaxBreakDuration));
        }

        return (long)(duration * (1 + (settings.BreakJitter * random)));
    }
}
