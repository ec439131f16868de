using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A call that was let in and has not ended yet. Nothing keeps a test from ending it twice.</summary>
internal sealed class CircuitCall(CircuitHarness harness, Permit permit)
{
    public bool IsProbe => permit.Probe is not null;

    public void Succeed() => End(Verdict.Success);

    public void Fail(string reason = "500", long retryAfter = 0) => End(Verdict.Failure(reason, retryAfter));

    public void Ignore() => End(Verdict.Ignored);

    public void End(CircuitOutcome outcome) =>
        End(outcome == CircuitOutcome.Failure ? Verdict.Failure("500") : new Verdict(outcome));

    /// <summary>Good headers first, then this for the body.</summary>
    public void EndInBody(CircuitOutcome outcome)
    {
        EndHeaders();
        EndBody(outcome);
    }

    public void EndHeaders() => End(Verdict.Success with { IsBodyToCome = true });

    public void EndBody(CircuitOutcome outcome) =>
        permit.SettleBody(outcome == CircuitOutcome.Failure ? Verdict.Failure("response_ended") : new Verdict(outcome), harness.Now);

    private void End(in Verdict verdict) => permit.Settle(in verdict, harness.Now);
}
