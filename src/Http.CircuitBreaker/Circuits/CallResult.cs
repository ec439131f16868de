namespace Http.CircuitBreaker.Circuits;

/// <summary>The result of a call, or of reading its response body.</summary>
/// <param name="Outcome">Success, failure or ignored.</param>
/// <param name="Reason">Why the call failed, for example a status code; null if it did not fail.</param>
/// <param name="RetryAfter">The failure's <c>Retry-After</c> time in milliseconds; 0 = none.</param>
internal readonly record struct CallResult(CircuitOutcome Outcome, string? Reason = null, long RetryAfter = 0)
{
    public const string Timeout = "timeout";
    public const string Slow = "slow";
    public const string Unresponsive = "unresponsive";

    public static CallResult Success => new(CircuitOutcome.Success);

    public static CallResult Answer => new(CircuitOutcome.Success) { IsAnswer = true };

    public static CallResult Ignored => new(CircuitOutcome.Ignored);

    /// <summary>
    /// Whether the response headers arrived successfully, but the body has not been read yet. A second result with <see cref="IsBody"/> set
    /// follows.
    /// </summary>
    public bool IsBodyPending { get; init; }

    /// <summary>Whether this is the second result of a call: the result of reading its response body.</summary>
    public bool IsBody { get; init; }

    /// <summary>Whether the host sent response headers, regardless of the status code.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>Whether the caller or a timeout canceled the call before the response headers arrived.</summary>
    public bool IsCanceled { get; init; }

    public static CallResult Failure(string reason, long retryAfter = 0) => new(CircuitOutcome.Failure, reason, retryAfter);
}
