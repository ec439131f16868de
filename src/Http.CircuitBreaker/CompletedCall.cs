namespace Http.CircuitBreaker;

/// <summary>What a finished call says about the health of its host.</summary>
public enum CircuitOutcome
{
    /// <summary>The host served the call.</summary>
    Success,

    /// <summary>The host failed the call.</summary>
    Failure,

    /// <summary>The call says nothing about the host: its caller gave up, or the fault was the caller's own.</summary>
    Ignored,
}

/// <summary>A call that has got its headers or has thrown, as <see cref="CircuitBreakerOptions.Classify"/> sees it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response, whose body has not been read; null if the call threw.</param>
/// <param name="Exception">What the call threw; null if it got a response.</param>
/// <param name="Elapsed">Time from the circuit breaker's handler to here.</param>
public readonly record struct CompletedCall(HttpRequestMessage Request, HttpResponseMessage? Response, Exception? Exception, TimeSpan Elapsed);
