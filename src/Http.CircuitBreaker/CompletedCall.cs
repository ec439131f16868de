namespace Http.CircuitBreaker;

/// <summary>What the result of a call says about the health of its host.</summary>
public enum CircuitOutcome
{
    /// <summary>The host served the call.</summary>
    Success,

    /// <summary>The host failed the call.</summary>
    Failure,

    /// <summary>The call counts neither way, because the caller cancelled it or the error was on the caller's side.</summary>
    Ignored,
}

/// <summary>A call that received its response headers or threw, for <see cref="CircuitBreakerOptions.Classify"/>.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response, with an unread body; null if the call threw.</param>
/// <param name="Exception">The exception; null if there is a response.</param>
/// <param name="Elapsed">The time since the circuit breaker admitted the call.</param>
public readonly record struct CompletedCall(
    HttpRequestMessage Request, HttpResponseMessage? Response, Exception? Exception, TimeSpan Elapsed);
