namespace Http.CircuitBreaker;

/// <summary>How a call's result affects its circuit.</summary>
public enum CircuitOutcome
{
    /// <summary>The host served the call.</summary>
    Success,

    /// <summary>The host failed to serve the call.</summary>
    Failure,

    /// <summary>
    /// The caller canceled the call, or the error was on the caller's side. The call counts as neither a success nor a failure.
    /// </summary>
    Ignored,
}

/// <summary>A call that ended with a response or an exception, as passed to <see cref="CircuitBreakerOptions.Classify"/>.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response, whose body has not been read yet; null if the call threw an exception.</param>
/// <param name="Exception">The exception; null if there is a response.</param>
/// <param name="Elapsed">The time since the circuit breaker admitted the call.</param>
public readonly record struct CompletedCall(
    HttpRequestMessage Request, HttpResponseMessage? Response, Exception? Exception, TimeSpan Elapsed);
