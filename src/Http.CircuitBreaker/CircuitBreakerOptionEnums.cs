namespace Http.CircuitBreaker;

/// <summary>Whether a circuit breaker rejects calls, only reports, or does nothing.</summary>
public enum CircuitBreakerMode
{
    /// <summary>Classifies calls and rejects them while a circuit is open.</summary>
    Enforce,

    /// <summary>A dry run: classifies calls, changes state and reports like <see cref="Enforce"/>, but sends every call.</summary>
    Observe,

    /// <summary>Sends every call and does not classify it.</summary>
    Disabled,
}

/// <summary>Whether a circuit opens because its host has stopped answering.</summary>
public enum UnresponsiveDetection
{
    /// <summary>Only failed calls open the circuit, and slow ones if <see cref="CircuitBreakerOptions.SlowCallDuration"/> is set.</summary>
    Off,

    /// <summary>
    /// The circuit also opens when at least <see cref="CircuitBreakerOptions.MinimumThroughput"/> calls are unanswered and the host has
    /// answered nothing for three times as long as its slowest recent answer took, at least 3 seconds.
    /// </summary>
    Silence,
}

/// <summary>What one circuit of a client covers.</summary>
public enum CircuitScope
{
    /// <summary>One circuit per origin: scheme, host and port (RFC 6454, section 4).</summary>
    Origin,

    /// <summary>One circuit per host, for all schemes and ports.</summary>
    Host,

    /// <summary>One circuit for the whole client.</summary>
    Client,
}

/// <summary>What the caller of a rejected call gets.</summary>
public enum RejectionMode
{
    /// <summary>A synthetic <c>503 Service Unavailable</c> response, or a reply of status 14 (<c>Unavailable</c>) for gRPC.</summary>
    Response,

    /// <summary>A <see cref="CircuitOpenException"/>.</summary>
    Exception,
}

/// <summary>The effect of a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call.</summary>
public enum RetryAfterHandling
{
    /// <summary>None.</summary>
    Ignore,

    /// <summary>
    /// If the failure opens the circuit, the break lasts at least as long as the header requests, up to
    /// <see cref="CircuitBreakerOptions.MaxRetryAfter"/>.
    /// </summary>
    Extend,

    /// <summary>Like <see cref="Extend"/>, and the failure opens the circuit immediately, regardless of the thresholds.</summary>
    Open,
}

/// <summary>The position of the circuit breaker among the handlers of a client.</summary>
public enum HandlerPlacement
{
    /// <summary>
    /// Where the circuit breaker was added, but never inside a retry: if a resilience or Polly handler is outside of it, the circuit
    /// breaker moves in front of the outermost of them.
    /// </summary>
    BeforeResilience,

    /// <summary>Where the circuit breaker was added, regardless of the handlers outside of it.</summary>
    AsRegistered,
}
