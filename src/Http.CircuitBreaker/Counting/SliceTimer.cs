namespace Http.CircuitBreaker.Counting;

/// <summary>Cuts time into slices of a tenth of a duration, numbered from 1, and says cheaply whether a new one has begun.</summary>
/// <remarks>
/// Whoever finds a slice due reads the counters, asks again whether it is due, notes the reading, winds the timer, and only then counts
/// its own call. Still due means that no call of this slice or a later one has been counted, so the reading is one of the slice's start,
/// however old the thread's clock value is.
/// </remarks>
internal struct SliceTimer(long duration, long origin)
{
    public const int SlicesPerDuration = 10;

    private readonly long _length = Math.Max(1, duration / SlicesPerDuration);
    private long _nextAt = origin + Math.Max(1, duration / SlicesPerDuration);

    public readonly long Duration => duration;

    public readonly long SliceOf(long time) => ((time - origin) / _length) + 1;

    /// <summary>One read and one comparison: what every call pays.</summary>
    public bool IsDue(long now) => now - Volatile.Read(ref _nextAt) >= 0;

    /// <summary>Sets the timer to the slice after <paramref name="slice"/>, unless it is there or beyond.</summary>
    public void Wind(long slice)
    {
        var next = origin + (slice * _length);
        var present = Volatile.Read(ref _nextAt);
        while (next - present > 0)
        {
            Interlocked.CompareExchange(ref _nextAt, next, present);
            present = Volatile.Read(ref _nextAt);
        }
    }
}
