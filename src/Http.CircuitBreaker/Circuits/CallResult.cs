namespace Http.CircuitBreaker.Circuits;

/// <summary>How a call, or the body of its response, ended.</summary>
/// <param name="Outcome">What the result says about the host.</param>
/// <param name="Reason">What failed; null unless it is a failure.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> of a failure in milliseconds; 0 = none.</param>
internal readonly record struct CallResult(CircuitOutcome Outcome, string? Reason = null, long RetryAfter = 0)
{
    public const string Timeout = "timeout";
    public const string Slow = "slow";
    public const string Unresponsive = "unresponsive";

    public static CallResult Success => new(CircuitOutcome.Success);

    /// <summary>A success with response headers.</summary>
    public static CallResult Answer => new(CircuitOutcome.Success) { IsAnswer = true };

    public static CallResult Ignored => new(CircuitOutcome.Ignored);

    /// <summary>A success whose body is still to be read. Its result is recorded later, with <see cref="IsBody"/>.</summary>
    public bool IsBodyPending { get; init; }

    /// <summary>The result of a body that was pending: success or failure.</summary>
    public bool IsBody { get; init; }

    /// <summary>The host has sent response headers, whatever their status is.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The caller or a timeout ended the call before there were response headers.</summary>
    public bool IsCancelled { get; init; }

    public static CallResult Failure(string reason, long retryAfter = 0) => new(CircuitOutcome.Failure, reason, retryAfter);
}
