namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Reckons the server's time from its replies. The clocks of instances play no part.</summary>
/// <remarks>
/// A reply says a time that has passed by when it arrives, so every sample is a lower bound and the greatest of the last minute the best.
/// </remarks>
internal sealed class ServerClock
{
    private const long SampleLife = 60_000;

    private readonly Lock _lock = new();
    private long _offset;
    private long _sampledAt;
    private volatile bool _isKnown;

    /// <summary>False before the first reply: until then a record's times say nothing.</summary>
    public bool IsKnown => _isKnown;

    /// <param name="serverTime">What a reply said.</param>
    /// <param name="now">When it came.</param>
    /// <param name="isAnother">It is another server, with another clock.</param>
    public void Observe(long serverTime, long now, bool isAnother)
    {
        lock (_lock)
        {
            var offset = serverTime - now;
            if (!_isKnown || isAnother || offset >= _offset || now - _sampledAt > SampleLife)
            {
                (_offset, _sampledAt, _isKnown) = (offset, now, true);
            }
        }
    }

    /// <summary>The server's time at a monotonic time of this process, in milliseconds.</summary>
    public long At(long time)
    {
        lock (_lock)
        {
            return time + _offset;
        }
    }
}
