namespace Http.CircuitBreaker.Pipeline;

/// <summary>Cancels a call after a time, and tells that from the caller's own cancellation.</summary>
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

    /// <summary>May change at any moment: whoever judges by it and then throws by it asks once.</summary>
    public bool IsReached => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>In the shape in which <see cref="HttpClient.Timeout"/> reaches its callers.</summary>
    public void ThrowIf(bool isReached, Exception inner)
    {
        if (isReached)
        {
            var message = $"The request was canceled due to the circuit breaker's CallTimeout of {_timeout.TotalSeconds} seconds elapsing.";
            throw new TaskCanceledException(message, new TimeoutException(message, inner), Token);
        }
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
