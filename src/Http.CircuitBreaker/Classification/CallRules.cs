namespace Http.CircuitBreaker.Classification;

/// <summary>What the judgement of a call needs to know of the options; milliseconds, 0 = off.</summary>
internal sealed record CallRules(StatusCodeSet FailureStatusCodes, long SlowCallDuration, Func<CompletedCall, CircuitOutcome?>? Classify)
{
    /// <summary>The short way through the table for the ordinary answer: a response that no rule but the last can match.</summary>
    public bool IsPlainSuccess(HttpRequestMessage request, HttpResponseMessage? response, long elapsed) =>
        Classify is null
        && response is not null
        && response.GetType() == typeof(HttpResponseMessage)
        && !FailureStatusCodes.Contains(response.StatusCode)
        && !IsSlow(elapsed)
        && !Grpc.IsPossible(request, response);

    public bool IsSlow(long elapsed) => SlowCallDuration > 0 && elapsed >= SlowCallDuration;
}
