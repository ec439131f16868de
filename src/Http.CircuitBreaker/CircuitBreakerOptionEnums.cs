namespace Http.CircuitBreaker;

/// <summary>Whether a circuit breaker rejects calls, only reports them, or is off.</summary>
public enum CircuitBreakerMode
{
    /// <summary>Calls are classified, and rejected while their circuit is open.</summary>
    Enforce,

    /// <summary>A dry run: circuits open, close and report as in <see cref="Enforce"/>, but every call is sent.</summary>
    Observe,

    /// <summary>Every call is sent, and none is classified.</summary>
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

/// <summary>Which calls of a client share a circuit.</summary>
public enum CircuitScope
{
    /// <summary>One circuit per origin: scheme, host and port (RFC 6454, section 4).</summary>
    Origin,

    /// <summary>One circuit per host, for all schemes and ports.</summary>
    Host,

    /// <summary>One circuit for the whole client.</summary>
    Client,
}

/// <summary>What a rejected call returns or throws.</summary>
public enum RejectionMode
{
    /// <summary>A <c>503 Service Unavailable</c> response, or status 14 (<c>Unavailable</c>) for gRPC.</summary>
    Response,

    /// <summary>The call throws a <see cref="CircuitOpenException"/>.</summary>
    Exception,
}

/// <summary>The effect of a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call.</summary>
public enum RetryAfterHandling
{
    /// <summary>The header has no effect.</summary>
    Ignore,

    /// <summary>A break that starts with this failure lasts at least as long as the header says.</summary>
    /// <remarks>The time is limited to <see cref="CircuitBreakerOptions.MaxRetryAfter"/>.</remarks>
    Extend,

    /// <summary>The failure opens the circuit regardless of the thresholds, for as long as with <see cref="Extend"/>.</summary>
    Open,
}

/// <summary>Where the circuit breaker is in the handler chain of a client.</summary>
public enum HandlerPlacement
{
    /// <summary>
    /// Outside of all resilience and Polly handlers, so that they do not retry rejected calls. Without such a handler, the circuit breaker
    /// stays where it was added.
    /// </summary>
    BeforeResilience,

    /// <summary>Where the circuit breaker was added, even inside a handler that retries.</summary>
    AsRegistered,
}
