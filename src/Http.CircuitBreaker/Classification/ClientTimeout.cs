namespace Http.CircuitBreaker.Classification;

/// <summary>
/// Tracks the <see cref="HttpClient.Timeout"/> of all clients with the same name, because a handler cannot read its client's timeout.
/// </summary>
/// <remarks>
/// A timeout still applies after its client is garbage-collected, because a response body may outlive the client. Without a client, as with
/// an <see cref="HttpMessageInvoker"/>, there is no timeout.
/// </remarks>
/// <param name="configured">Returns the timeout set in the options, or null to use the timeouts of the clients.</param>
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
                // Remove the oldest client that has the same timeout as a newer client, so that all distinct timeouts are kept. If all
                // timeouts differ, remove the oldest client.
                _clients.RemoveAt(Math.Max(0, timeouts.FindIndex(timeout => timeouts.IndexOf(timeout) < timeouts.LastIndexOf(timeout))));
            }

            _clients.Add(new TrackedClient(client));
        }
    }

    /// <summary>Whether the elapsed time indicates that a client's timeout canceled a call or a body read.</summary>
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

    /// <summary>
    /// Whether a cancellation was so close to the timeout that the timeout probably caused it. Times are in milliseconds.
    /// </summary>
    /// <remarks>
    /// The elapsed time is shorter than the timeout if outer handlers use up part of the timeout, and longer if a busy machine cancels
    /// late. For a short timeout, the tolerance is smaller, so that other cancellations are not mistaken for the timeout. A cancellation
    /// that is up to 50 ms late is always accepted, because timers and the clock may advance in steps of 16 ms.
    /// </remarks>
    /// <param name="timeout">The timeout; -1 = none.</param>
    /// <param name="elapsed">The time since the start of the call.</param>
    /// <param name="silence">How long the canceled body read had waited for a byte.</param>
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

        // Read the current timeout each time, because a typed client may set it in its constructor, after tracking has started.
        public long ReadTimeout() =>
            _timeout = _client.TryGetTarget(out var client) ? (long)client.Timeout.TotalMilliseconds : _timeout;
    }
}
