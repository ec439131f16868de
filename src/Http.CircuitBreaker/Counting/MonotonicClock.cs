namespace Http.CircuitBreaker.Counting;

/// <summary>Monotonic milliseconds; one clock serves a whole registry.</summary>
/// <remarks>
/// With the system's time provider this is <see cref="Environment.TickCount64"/>: two high-resolution reads would cost more than
/// everything else on the closed path. Its steps (4 ms on Linux, up to 16 ms on Windows) are fine beside durations of 100 ms and more.
/// Times are compared by signed difference.
/// </remarks>
internal sealed class MonotonicClock(TimeProvider provider)
{
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);
    private readonly long _origin = provider.GetTimestamp();

    public TimeProvider Provider => provider;

    // GetElapsedTime, not arithmetic on timestamps: that overflows for providers with a high frequency.
    public long Now => _isSystem
        ? Environment.TickCount64
        : provider.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;
}
