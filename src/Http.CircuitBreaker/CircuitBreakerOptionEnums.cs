namespace Http.CircuitBreaker;

/// <summary>Whether a circuit breaker rejects calls, only reports what it would reject, or is off.</summary>
public enum CircuitBreakerMode
{
    /// <summary>Calls are rejected while their circuit is open.</summary>
    Enforce,

    /// <summary>A dry run: circuits change state as in <see cref="Enforce"/> mode, but every call is sent.</summary>
    Observe,

    /// <summary>Every call is sent, and its result is ignored.</summary>
    Disabled,
}

/// <summary>Whether a circuit opens when its host stops answering.</summary>
public enum UnresponsiveDetection
{
    /// <summary>
    /// Only failures open the circuit. Slow calls are failures if <see cref="CircuitBreakerOptions.SlowCallDuration"/> is set.
    /// </summary>
    Off,

    /// <summary>
    /// The circuit also opens when at least <see cref="CircuitBreakerOptions.MinimumThroughput"/> calls are unanswered and the host has not
    /// responded for three times the duration of its slowest recent response (at least 3 seconds).
    /// </summary>
    Silence,

    /// <summary>
    /// Like <see cref="Silence"/>, but a response also counts as a failure if its headers take ten times as long as usual (at least 1
    /// second). If <see cref="CircuitBreakerOptions.SlowCallDuration"/> is set, it replaces this limit.
    /// </summary>
    /// <remarks>
    /// The usual duration is learned from at most one response per second, and is known after 30 such responses. Use this value only if all
    /// calls to a host take about the same time. Otherwise, the circuit of a healthy host can open when all calls happen to take long for a
    /// while.
    /// </remarks>
    SilenceAndSlowness,
}

/// <summary>Which of a client's calls share a circuit.</summary>
public enum CircuitScope
{
    /// <summary>One circuit per origin: scheme, host and port (RFC 6454, section 4).</summary>
    Origin,

    /// <summary>One circuit per host, regardless of scheme and port.</summary>
    Host,

    /// <summary>One circuit for the whole client.</summary>
    Client,
}

/// <summary>What a rejected call returns or throws.</summary>
public enum RejectionMode
{
    /// <summary>The call returns a <c>503 Service Unavailable</c> response, or status 14 (<c>Unavailable</c>) for gRPC.</summary>
    Response,

    /// <summary>The call throws a <see cref="CircuitOpenException"/>.</summary>
    Exception,
}

/// <summary>How a <c>Retry-After</c> header (RFC 9110, section 10.2.3) in a failed response is handled.</summary>
public enum RetryAfterHandling
{
    /// <summary>The header is ignored.</summary>
    Ignore,

    /// <summary>If the failure opens the circuit, the break lasts at least as long as the header specifies.</summary>
    /// <remarks>The specified time is capped at <see cref="CircuitBreakerOptions.MaxRetryAfter"/>.</remarks>
    Extend,

    /// <summary>
    /// The failure opens the circuit regardless of thresholds. The length of the break is determined as for <see cref="Extend"/>.
    /// </summary>
    Open,
}

/// <summary>The position of the circuit breaker in a client's handler chain.</summary>
public enum HandlerPlacement
{
    /// <summary>
    /// Outside all resilience and Polly handlers, so that they do not retry rejected calls. Without such handlers, the circuit breaker
    /// stays where it was added.
    /// </summary>
    BeforeResilience,

    /// <summary>At the position where the circuit breaker was added, even if that is inside a handler that retries.</summary>
    AsRegistered,

    /// <summary>
    /// Inside all other handlers, so that each endpoint that service discovery or hedging selects has its own circuit. Outer retry handlers
    /// then also retry rejected calls, which is useful if the next attempt selects another endpoint.
    /// </summary>
    Innermost,
}
