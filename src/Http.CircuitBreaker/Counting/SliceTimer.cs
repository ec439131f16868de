namespace Http.CircuitBreaker.Counting;

/// <summary>Cuts time into slices of a tenth of a duration, numbered from 1, and says cheaply whether a new one has begun.</summary>
internal struct SliceTimer(long duration, long origin)
{
    public const int SlicesPerDuration = 10;

    private readonly long _length = Math.Max(1, duration / SlicesPerDuration);
    private long _nextAt = origin + Math.Max(1, duration / SlicesPerDuration);

    public readonly long Duration => duration;

    public readonly long SliceOf(long time) => ((time - origin) / _length) + 1;

    /// <summary>One read and one comparison: what every call pays.</summary>
    public bool IsDue(long now) => now - Volatile.Read(ref _nextAt) >= 0;

    /// <summary>
    /// Sets the timer to the slice after <paramref name="slice"/>. Two threads may do it in the wrong order; the next call then
    /// turns the same slice once more, which changes nothing.
    /// </summary>
    public void Wind(long slice) => Volatile.Write(ref _nextAt, origin + (slice * _length));
}
