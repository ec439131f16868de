namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Estimates the server's time from its replies, so that the instances' clocks do not have to be synchronized.</summary>
/// <remarks>
/// Each reply contains the server's time. Because the reply takes a moment to arrive, the estimate is slightly too low. The highest
/// estimate is therefore the most accurate one, and is kept for up to one minute.
/// </remarks>
internal sealed class ServerClock
{
    private const long SampleLifetime = 60_000;

    private readonly Lock _lock = new();
    private long _offset;
    private long _sampledAt;
    private volatile bool _isKnown;

    /// <summary>Whether a reply has been received.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>
    /// Adds the server's time from a reply that arrived at <paramref name="now"/>. Earlier replies are disregarded if
    /// <paramref name="isNewServer"/> is true.
    /// </summary>
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

    /// <summary>Converts a monotonic timestamp of this process to server time. Both are in milliseconds.</summary>
    public long ToServerTime(long time)
    {
        lock (_lock)
        {
            return time + _offset;
        }
    }
}
