namespace Http.CircuitBreaker.Classification;

/// <summary>The <see cref="HttpClient.Timeout"/> of the clients of one name, which a handler cannot read.</summary>
/// <remarks>
/// Reads the timeout of the newest client when needed, because a typed client may set it in its constructor. The last timeout still applies
/// after the client is collected. Without a client, as with an <see cref="HttpMessageInvoker"/>, there is no timeout.
/// </remarks>
internal sealed class ClientTimeout
{
    private const long Infinite = -1;

    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _last = Infinite;
    private long _configured = long.MinValue;

    /// <summary>The timeout from the options; null uses that of the client.</summary>
    public TimeSpan? Configured
    {
        set => Volatile.Write(ref _configured, value is { } timeout ? Milliseconds(timeout) : long.MinValue);
    }

    /// <summary>Uses the timeout of a new client from now on.</summary>
    public void Track(HttpClient client)
    {
        lock (_client)
        {
            // The new client may be collected before its timeout is set or read.
            ReadClient();
            _client.SetTarget(client);
        }
    }

    /// <summary>Whether a call that was cancelled after <paramref name="elapsed"/> milliseconds ran into the client's timeout.</summary>
    public bool IsReached(long elapsed) => Current() is not Infinite and var timeout && IsReached(elapsed, timeout);

    /// <summary>The same for a read that was cancelled <paramref name="silence"/> milliseconds after the last byte.</summary>
    public bool IsReachedInBody(long elapsed, long silence) =>
        Current() is not Infinite and var timeout && IsReachedInBody(elapsed, silence, timeout);

    /// <summary>The same for a read with a token of the reader, which counts only close to the timeout.</summary>
    public bool IsJustReachedInBody(long elapsed, long silence) =>
        Current() is not Infinite and var timeout && IsReachedInBody(elapsed, silence, timeout) && elapsed - timeout <= Slack(timeout);

    public static bool IsReachedInBody(long elapsed, long silence, long timeout) =>
        IsReached(elapsed, timeout) && silence >= Slack(timeout);

    public static bool IsReached(long elapsed, long timeout) => elapsed >= timeout - Slack(timeout);

    // Timers are inexact, and part of the time passes in outer handlers. A short timeout gets less slack, to detect early cancellations.
    private static long Slack(long timeout) => Math.Min(timeout / 4, Math.Max(100, timeout / 20));

    private long Current()
    {
        var configured = Volatile.Read(ref _configured);
        if (configured != long.MinValue)
        {
            return configured;
        }

        lock (_client)
        {
            ReadClient();
            return _last;
        }
    }

    private void ReadClient()
    {
        if (_client.TryGetTarget(out var client))
        {
            _last = Milliseconds(client.Timeout);
        }
    }

    private static long Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? Infinite : (long)timeout.TotalMilliseconds;
}
