namespace Http.CircuitBreaker.Classification;

/// <summary>What the judgement of a call needs to know of the options; milliseconds, 0 = off.</summary>
internal sealed record CallRules(StatusCodeSet FailureStatusCodes, long SlowCallDuration, Func<CompletedCall, CircuitOutcome?>? Classify)
{
    public bool IsSlow(long elapsed) => SlowCallDuration > 0 && elapsed >= SlowCallDuration;
}
