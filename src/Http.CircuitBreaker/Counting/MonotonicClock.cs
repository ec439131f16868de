namespace Http.CircuitBreaker.Counting;

/// <summary>Monotonic milliseconds, shared by all circuits of a registry. Compare times by their difference.</summary>
/// <remarks>
/// With the system's time provider this is <see cref="Environment.TickCount64"/>, whose steps of 4 ms (Linux) to 16 ms (Windows) are small
/// beside the shortest duration, 100 ms. A high-resolution clock would cost more than the rest of the closed path.
/// </remarks>
internal sealed class MonotonicClock(TimeProvider provider)
{
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);
    private readonly long _origin = provider.GetTimestamp();

    public TimeProvider Provider => provider;

    // GetElapsedTime does not overflow for providers with a high frequency, unlike arithmetic on timestamps.
    public long Now => _isSystem
        ? Environment.TickCount64
        : provider.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMillisecond;
}
