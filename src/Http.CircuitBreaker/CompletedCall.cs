namespace Http.CircuitBreaker;

/// <summary>How the result of a call affects its circuit.</summary>
public enum CircuitOutcome
{
    /// <summary>The host served the call.</summary>
    Success,

    /// <summary>The host failed the call.</summary>
    Failure,

    /// <summary>The caller cancelled the call, or the error was on the caller's side. The circuit is not affected.</summary>
    Ignored,
}

/// <summary>A call that has response headers or an exception, for <see cref="CircuitBreakerOptions.Classify"/>.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response, whose body has not been read; null if the call threw an exception.</param>
/// <param name="Exception">The exception; null if there is a response.</param>
/// <param name="Elapsed">The time since the circuit breaker admitted the call.</param>
public readonly record struct CompletedCall(
    HttpRequestMessage Request, HttpResponseMessage? Response, Exception? Exception, TimeSpan Elapsed);
