namespace Http.CircuitBreaker.Circuits;

/// <summary>The result of a call or of its response body.</summary>
/// <param name="Outcome">Success, failure or ignored.</param>
/// <param name="Reason">The reason of a failure, for example a status code; otherwise null.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> of a failure in milliseconds; 0 = none.</param>
internal readonly record struct CallResult(CircuitOutcome Outcome, string? Reason = null, long RetryAfter = 0)
{
    public const string Timeout = "timeout";
    public const string Slow = "slow";
    public const string Unresponsive = "unresponsive";

    public static CallResult Success => new(CircuitOutcome.Success);

    public static CallResult Answer => new(CircuitOutcome.Success) { IsAnswer = true };

    public static CallResult Ignored => new(CircuitOutcome.Ignored);

    /// <summary>A success whose body has not been read yet. The result of the body follows, with <see cref="IsBody"/> set.</summary>
    public bool IsBodyPending { get; init; }

    /// <summary>The result of a body that was pending.</summary>
    public bool IsBody { get; init; }

    /// <summary>The host has sent response headers, with any status.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The caller or a timeout cancelled the call before the response headers arrived.</summary>
    public bool IsCancelled { get; init; }

    public static CallResult Failure(string reason, long retryAfter = 0) => new(CircuitOutcome.Failure, reason, retryAfter);
}
