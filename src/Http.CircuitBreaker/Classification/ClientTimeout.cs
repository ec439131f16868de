namespace Http.CircuitBreaker.Classification;

/// <summary>The <see cref="HttpClient.Timeout"/> of the clients of one name, which a handler is not told.</summary>
/// <remarks>
/// The newest client is remembered weakly and asked when the answer is needed, so that a timeout set later, in a typed client's
/// constructor, is seen; what it said last holds when it is gone.
/// </remarks>
internal sealed class ClientTimeout
{
    // HttpClient's own default.
    private const long DefaultTimeout = 100_000;
    private const long Infinite = -1;

    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _last = DefaultTimeout;
    private long _given = long.MinValue;

    /// <summary>The timeout in milliseconds as the options give it; null leaves it to the client.</summary>
    public TimeSpan? Given
    {
        set => Volatile.Write(ref _given, value is { } timeout ? Milliseconds(timeout) : long.MinValue);
    }

    public void Remember(HttpClient client)
    {
        lock (_client)
        {
            // The new one may be gone before it is asked, and its own timeout is perhaps not set yet.
            AskClient();
            _client.SetTarget(client);
        }
    }

    /// <summary>Whether a call that took so long and was then cancelled ran into the client's timeout.</summary>
    public bool IsReached(long elapsed)
    {
        var timeout = Current();
        return timeout != Infinite && IsReached(elapsed, timeout);
    }

    /// <summary>Whether a read that waited so long for a byte was cancelled just when the client's timeout was over.</summary>
    public bool IsJustOver(long elapsed, long waited)
    {
        var timeout = Current();
        return timeout != Infinite && Math.Abs(elapsed - timeout) <= Slack(timeout) && waited >= Slack(timeout);
    }

    /// <summary>Whether a call that took so long and was then cancelled ran into that timeout.</summary>
    public static bool IsReached(long elapsed, long timeout) => elapsed >= timeout - Slack(timeout);

    // Timers are not exact, and part of the time passes outside our handler.
    private static long Slack(long timeout) => Math.Max(100, timeout / 20);

    private long Current()
    {
        var given = Volatile.Read(ref _given);
        if (given != long.MinValue)
        {
            return given;
        }

        lock (_client)
        {
            AskClient();
            return _last;
        }
    }

    private void AskClient()
    {
        if (_client.TryGetTarget(out var client))
        {
            _last = Milliseconds(client.Timeout);
        }
    }

    private static long Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? Infinite : (long)timeout.TotalMilliseconds;
}
