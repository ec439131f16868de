namespace Http.CircuitBreaker;

/// <summary>How far a circuit breaker may go.</summary>
public enum CircuitBreakerMode
{
    /// <summary>Judges calls and rejects them while a circuit is open.</summary>
    Enforce,

    /// <summary>Judges, transitions and reports like <see cref="Enforce"/>, but lets every call through: a dry run.</summary>
    Observe,

    /// <summary>Passes every call through unjudged.</summary>
    Disabled,
}

/// <summary>What one circuit of a client covers.</summary>
public enum CircuitScope
{
    /// <summary>One circuit for each origin: scheme, host and port (RFC 6454, section 4).</summary>
    Origin,

    /// <summary>One circuit for each host, whatever the scheme and port.</summary>
    Host,

    /// <summary>One circuit for the whole client.</summary>
    Client,
}

/// <summary>What the caller of a rejected call gets.</summary>
public enum RejectionMode
{
    /// <summary>A synthetic <c>503 Service Unavailable</c> response.</summary>
    Response,

    /// <summary>A <see cref="CircuitOpenException"/>.</summary>
    Exception,
}

/// <summary>What a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call does.</summary>
public enum RetryAfterHandling
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>If that failure opens the circuit, the break lasts at least as long as the header asks, up to the maximum break.</summary>
    Extend,

    /// <summary>Like <see cref="Extend"/>, and the failure opens the circuit at once, whatever the thresholds say.</summary>
    Open,
}

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
