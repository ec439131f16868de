namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Estimates the server's time from its replies, so that instances need no synchronized clocks.</summary>
/// <remarks>A reply is older than its arrival, so each sample is a lower bound. The highest sample of the last minute is used.</remarks>
internal sealed class ServerClock
{
    private const long SampleLifetime = 60_000;

    private readonly Lock _lock = new();
    private long _offset;
    private long _sampledAt;
    private volatile bool _isKnown;

    /// <summary>False before the first reply.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Adds the time in a reply that arrived <paramref name="now"/>. A new server discards the earlier samples.</summary>
    public void Observe(long serverTime, long now, bool isNewServer)
    {
        lock (_lock)
        {
            var offset = serverTime - now;
            if (!_isKnown || isNewServer || offset >= _offset || now - _sampledAt > SampleLifetime)
            {
                (_offset, _sampledAt, _isKnown) = (offset, now, true);
            }
        }
    }

    /// <summary>Converts a monotonic time of this process, in milliseconds.</summary>
    public long ToServerTime(long time)
    {
        lock (_lock)
        {
            return time + _offset;
        }
    }
}
