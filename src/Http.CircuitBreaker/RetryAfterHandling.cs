namespace Http.CircuitBreaker;

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
