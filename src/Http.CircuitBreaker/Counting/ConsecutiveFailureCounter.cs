namespace Http.CircuitBreaker.Counting;

/// <summary>A run of failures without a success. <paramref name="Duration"/> is the time since the first failure, in ms.</summary>
internal readonly record struct ConsecutiveFailures(long Count, long Duration);

/// <summary>Counts consecutive failures without a lock.</summary>
internal struct ConsecutiveFailureCounter()
{
    private long _count;
    private long _firstAt = long.MaxValue;

    public readonly long Count => _count;

    public ConsecutiveFailures Add(long now)
    {
        var count = Interlocked.Increment(ref _count);
        if (count == 1)
        {
            Volatile.Write(ref _firstAt, now);
        }

        // The duration is 0 until the thread that counted the first failure has stored the time of that failure.
        return new ConsecutiveFailures(count, Math.Max(0, now - Volatile.Read(ref _firstAt)));
    }

    public void Clear()
    {
        if (Volatile.Read(ref _count) != 0)
        {
            Volatile.Write(ref _firstAt, long.MaxValue);
            Volatile.Write(ref _count, 0);
        }
    }
}
