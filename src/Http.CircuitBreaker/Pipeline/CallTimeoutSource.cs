namespace Http.CircuitBreaker.Pipeline;

/// <summary>Cancels a call after <see cref="CircuitBreakerOptions.CallTimeout"/>.</summary>
internal sealed class CallTimeoutSource : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public CallTimeoutSource(TimeSpan timeout, TimeProvider timeProvider, CancellationToken caller)
    {
        (_timeout, _caller) = (timeout, caller);
        _timer = new CancellationTokenSource(timeout, timeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>Whether the timeout, rather than the caller, canceled the call. This can change at any time, so read it once.</summary>
    public bool IsReached => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Creates the same kind of exception that <see cref="HttpClient.Timeout"/> causes.</summary>
    public TaskCanceledException CreateException(Exception inner)
    {
        var message = $"The request was canceled due to the circuit breaker's CallTimeout of {_timeout.TotalSeconds} seconds elapsing.";
        return new TaskCanceledException(message, new TimeoutException(message, inner), Token);
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
