namespace Http.CircuitBreaker.Counting;

/// <summary>A monotonic clock in milliseconds, shared by all circuits of a registry. Compare two times by subtracting them.</summary>
/// <remarks>
/// With the system time provider, the clock is <see cref="Environment.TickCount64"/>. The resolution of 4 ms (Linux) to 16 ms (Windows)
/// suffices, because durations are at least 100 ms. A high-resolution clock would be much more expensive to read.
/// </remarks>
internal sealed class MonotonicClock(TimeProvider provider)
{
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);
    private readonly long _origin = provider.GetTimestamp();

    public TimeProvider Provider => provider;

    // Unlike arithmetic on timestamps, GetElapsedTime does not overflow if the provider has a high frequency.
    public long Now => _isSystem
        ? Environment.TickCount64
        : provider.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;
}
