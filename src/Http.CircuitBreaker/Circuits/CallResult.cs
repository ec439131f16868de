namespace Http.CircuitBreaker.Circuits;

/// <summary>The judgement of one finished call. <paramref name="Reason"/> is there for failures only; <paramref name="RetryAfter"/> in milliseconds, 0 = none.</summary>
internal readonly record struct CallResult(CircuitOutcome Outcome, string? Reason = null, long RetryAfter = 0)
{
    public static CallResult Success => new(CircuitOutcome.Success);

    /// <summary>A success whose body is still to be read: its end, or its failure, is settled later.</summary>
    public bool IsBodyToCome { get; init; }

    public static CallResult Ignored => new(CircuitOutcome.Ignored);

    public static CallResult Failure(string reason, long retryAfter = 0) => new(CircuitOutcome.Failure, reason, retryAfter);
}
