namespace Http.CircuitBreaker.Classification;

/// <summary>Tracks the <see cref="HttpClient.Timeout"/> of all clients with the same name, because handlers cannot read it.</summary>
/// <remarks>
/// A timeout still applies after its client is garbage-collected, because a response body may outlive the client. Without a client, as with
/// an <see cref="HttpMessageInvoker"/>, there is no timeout.
/// </remarks>
/// <param name="configured">Returns the timeout from the options; null uses those of the clients.</param>
internal sealed class ClientTimeout(Func<TimeSpan?> configured)
{
    private const int MaxClients = 8;
    private readonly List<TrackedClient> _clients = [];

    public void Track(HttpClient client)
    {
        lock (_clients)
        {
            var timeouts = _clients.ConvertAll(tracked => tracked.ReadTimeout());
            if (_clients.Count == MaxClients)
            {
                // Replace the oldest client whose timeout is the same as that of a newer one, so that no timeout is forgotten.
                _clients.RemoveAt(Math.Max(0, timeouts.FindIndex(timeout => timeouts.IndexOf(timeout) < timeouts.LastIndexOf(timeout))));
            }

            _clients.Add(new TrackedClient(client));
        }
    }

    /// <summary>Whether a client's timeout canceled a call or a body read.</summary>
    public bool IsReached(long elapsed, long silence = long.MaxValue)
    {
        if (configured() is { } timeout)
        {
            return IsAbout((long)timeout.TotalMilliseconds, elapsed, silence);
        }

        lock (_clients)
        {
            return _clients.Exists(client => IsAbout(client.ReadTimeout(), elapsed, silence));
        }
    }

    /// <summary>Whether a cancellation was close to the timeout. Times are in milliseconds.</summary>
    /// <remarks>
    /// Part of the time passes in outer handlers, and a busy machine cancels late. A short timeout has less slack, so that other
    /// cancellations do not look like it. Timers and the clock may advance in steps of 16 ms, so up to 50 ms late is always close enough.
    /// </remarks>
    /// <param name="timeout">The timeout; -1 = none.</param>
    /// <param name="elapsed">The time since the start of the call.</param>
    /// <param name="silence">How long a read of the body had waited for a byte.</param>
    public static bool IsAbout(long timeout, long elapsed, long silence = long.MaxValue)
    {
        var (early, late) = (Slack(100), Math.Max(50, Slack(500)));
        return timeout >= 0 && elapsed >= timeout - early && elapsed <= timeout + late && silence >= early;

        long Slack(long least) => Math.Min(timeout / 4, Math.Max(least, timeout / 20));
    }

    private sealed class TrackedClient(HttpClient client)
    {
        private readonly WeakReference<HttpClient> _client = new(client);
        private long _timeout = Timeout.Infinite;

        // A typed client may set its timeout in its constructor, after it is tracked.
        public long ReadTimeout() =>
            _timeout = _client.TryGetTarget(out var client) ? (long)client.Timeout.TotalMilliseconds : _timeout;
    }
}
