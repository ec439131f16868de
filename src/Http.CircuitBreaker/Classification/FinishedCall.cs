namespace Http.CircuitBreaker.Classification;

/// <summary>How a call ended at the circuit breaker's handler; <paramref name="Elapsed"/> in milliseconds.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response; null if the call threw.</param>
/// <param name="Exception">What it threw; null otherwise.</param>
/// <param name="Elapsed">From the start of the handler.</param>
/// <param name="IsTokenCancelled">Whether the token that the handler received is cancelled, by the caller or by the client's timeout.</param>
/// <param name="IsCallTimeout">Whether the breaker's own <see cref="CircuitBreakerOptions.CallTimeout"/> ended it.</param>
internal readonly record struct FinishedCall(
    HttpRequestMessage Request,
    HttpResponseMessage? Response,
    Exception? Exception,
    long Elapsed,
    bool IsTokenCancelled = false,
    bool IsCallTimeout = false);
