namespace Http.CircuitBreaker.Classification;

/// <summary>The <see cref="HttpClient.Timeout"/> of the clients of one name, which a handler is not told.</summary>
/// <remarks>
/// Keeps a weak reference to the newest client and reads its timeout when needed, so that a timeout set in a typed client's constructor
/// is seen. After the client is collected its last timeout still applies. Without a client, as below an <see cref="HttpMessageInvoker"/>,
/// there is no timeout.
/// </remarks>
internal sealed class ClientTimeout
{
    private const long Infinite = -1;

    private readonly WeakReference<HttpClient?> _client = new(null);
    private long _last = Infinite;
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

    /// <summary>Whether a read that was cancelled, with this token of the call's own, after a silence of <paramref name="silence"/> ran into the timeout.</summary>
    public bool IsReachedInBody(long elapsed, long silence)
    {
        var timeout = Current();
        return timeout != Infinite && IsReached(elapsed, timeout) && silence >= Slack(timeout);
    }

    /// <summary>The same for a read with another token: only about the moment of the timeout.</summary>
    public bool IsJustOver(long elapsed, long silence) =>
        IsReachedInBody(elapsed, silence) && elapsed - Current() <= Slack(Current());

    /// <summary>Whether a read that was cancelled after such a silence ran into that timeout.</summary>
    public static bool IsReachedInBody(long elapsed, long silence, long timeout) =>
        IsReached(elapsed, timeout) && silence >= Slack(timeout);

    /// <summary>Whether a call that took so long and was then cancelled ran into that timeout.</summary>
    public static bool IsReached(long elapsed, long timeout) => elapsed >= timeout - Slack(timeout);

    // Timers are inexact, and part of the time passes in outer handlers. With a short timeout, a caller that cancels early is not a timeout.
    private static long Slack(long timeout) => Math.Min(timeout / 4, Math.Max(100, timeout / 20));

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
