using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>An admitted call. A test may end it more than once.</summary>
internal sealed class CircuitCall(CircuitHarness harness, Permit permit)
{
    public bool IsProbe => permit.Probe is not null;

    public void Succeed() => End(CallResult.Success);

    public void Fail(string reason = "500", long retryAfter = 0) => End(CallResult.Failure(reason, retryAfter));

    public void Ignore() => End(CallResult.Ignored);

    /// <summary>The host answers with a success.</summary>
    public void Answer() => End(CallResult.Success with { IsAnswer = true });

    /// <summary>The caller cancels before there is an answer.</summary>
    public void Cancel() => End(CallResult.Ignored with { IsCanceled = true });

    public void End(CircuitOutcome outcome) =>
        End(outcome == CircuitOutcome.Failure ? CallResult.Failure("500") : new CallResult(outcome));

    /// <summary>Ends the headers with success, then the body with this outcome.</summary>
    public void EndInBody(CircuitOutcome outcome)
    {
        EndHeaders();
        EndBody(outcome);
    }

    public void EndHeaders() => End(CallResult.Success with { IsBodyPending = true });

    public void EndBody(CircuitOutcome outcome)
    {
        var result = outcome == CircuitOutcome.Failure ? CallResult.Failure("response_ended") : new CallResult(outcome);
        permit.Record(result with { IsBody = true }, harness.Now);
    }

    private void End(in CallResult result) => permit.Record(in result, harness.Now);
}
