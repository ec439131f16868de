namespace Http.CircuitBreaker;

/// <summary>Where the circuit breaker stands among the handlers of a client.</summary>
public enum HandlerPlacement
{
    /// <summary>
    /// Where it was added, except that it never stands inside a retry: if a resilience or Polly handler stands outside,
    /// the breaker goes in front of the first of them.
    /// </summary>
    BeforeResilience,

    /// <summary>Where it was added, whatever stands outside.</summary>
    AsRegistered,
}
