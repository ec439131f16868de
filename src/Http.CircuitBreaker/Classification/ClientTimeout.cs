namespace Http.CircuitBreaker.Classification;

/// <summary>Tracks the <see cref="HttpClient.Timeout"/> of all clients with the same name, because handlers cannot read it.</summary>
/// <remarks>
/// The newest client's timeout is read only when needed, because a typed client may set it in its constructor. The last known timeout still
/// applies after that client is garbage-collected. Without a client, as with an <see cref="HttpMessageInvoker"/>, there is no timeout.
/// </remarks>
internal sealed class ClientTimeout
{
    private const long Infinite = -1;

    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _last = Infinite;
    private long _configured = long.MinValue;

    /// <summary>The timeout from the options; null = the client's own timeout.</summary>
    public TimeSpan? Configured
    {
        set => Volatile.Write(ref _configured, value is { } timeout ? Milliseconds(timeout) : long.MinValue);
    }

    public void Track(HttpClient client)
    {
        lock (_client)
        {
            // Keep the previous client's timeout, because the new client may be garbage-collected before its timeout is read.
            ReadClient();
            _client.SetTarget(client);
        }
    }

    /// <summary>Whether the client's timeout canceled a call after <paramref name="elapsed"/> milliseconds.</summary>
    public bool IsReached(long elapsed) => Current() is not Infinite and var timeout && IsReached(elapsed, timeout);

    /// <summary>Whether the client's timeout canceled a body read, <paramref name="silence"/> milliseconds after the last byte.</summary>
    public bool IsReachedInBody(long elapsed, long silence) =>
        Current() is not Infinite and var timeout && IsReachedInBody(elapsed, silence, timeout);

    /// <summary>Like <c>IsReachedInBody</c>, for a read with its own token: its cancellation must also be close to the timeout.</summary>
    public bool IsJustReachedInBody(long elapsed, long silence) =>
        Current() is not Infinite and var timeout && IsReachedInBody(elapsed, silence, timeout) && elapsed - timeout <= Slack(timeout);

    public static bool IsReachedInBody(long elapsed, long silence, long timeout) =>
        IsReached(elapsed, timeout) && silence >= Slack(timeout);

    public static bool IsReached(long elapsed, long timeout) => elapsed >= timeout - Slack(timeout);

    // Timers are inexact, and outer handlers use part of the time. Short timeouts get less slack, to detect early cancellations.
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
