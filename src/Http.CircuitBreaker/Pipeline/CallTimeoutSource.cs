using System.Runtime.ExceptionServices;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Cancels a call after <see cref="CircuitBreakerOptions.CallTimeout"/>.</summary>
internal sealed class CallTimeoutSource(TimeSpan timeout, TimeProvider timeProvider, CancellationToken caller) : IDisposable
{
    private CancellationTokenSource? _timer;
    private CancellationTokenSource? _linked;

    /// <summary>
    /// Whether the timeout, rather than the caller, canceled the call. The value can change at any time, so read this property only once.
    /// </summary>
    public bool IsReached => _timer is { IsCancellationRequested: true } && !caller.IsCancellationRequested;

    /// <summary>Starts the timer and returns the cancellation token for the call. May throw if a custom time provider is used.</summary>
    public CancellationToken Start()
    {
        _timer = new CancellationTokenSource(timeout, timeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
        return _linked.Token;
    }

    /// <summary>Returns the exception to throw instead of the handler's exception; null to keep the handler's exception.</summary>
    public OperationCanceledException? Translate(Exception exception, bool isReached) => exception switch
    {
        _ when isReached => CreateTimeout(exception),
        OperationCanceledException canceled when canceled.CancellationToken == _linked?.Token => CreateCancellation(canceled),
        _ => null,
    };

    public void Dispose()
    {
        _linked?.Dispose();
        _timer?.Dispose();
    }

    // Creates the same kind of exception that HttpClient.Timeout causes.
    private TaskCanceledException CreateTimeout(Exception inner)
    {
        var message = $"The request was canceled due to the circuit breaker's CallTimeout of {timeout.TotalSeconds} seconds elapsing.";
        return new TaskCanceledException(message, new TimeoutException(message, inner), _linked!.Token);
    }

    // Copies the exception, but with the token that the caller passed instead of the linked token, which the caller does not know.
    private OperationCanceledException CreateCancellation(OperationCanceledException original)
    {
        var (message, inner) = (original.Message, original.InnerException);
        var translated = original is TaskCanceledException
            ? new TaskCanceledException(message, inner, caller)
            : new OperationCanceledException(message, inner, caller);
        ExceptionDispatchInfo.SetRemoteStackTrace(translated, original.StackTrace ?? "");
        return translated;
    }
}
