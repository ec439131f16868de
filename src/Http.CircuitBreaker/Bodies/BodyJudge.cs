using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Bodies;

/// <summary>What the end of a body says about its host, after its headers said that all was well.</summary>
internal sealed class BodyJudge(MonotonicClock clock, ClientTimeout clientTimeout, Action<CircuitKey, string> onFailure)
{
    /// <summary>The body was read to its end, or its reader left it. A gRPC reply has its status in the trailers.</summary>
    public void Ended(in Permit permit, HttpResponseMessage? grpcReply)
    {
        if (grpcReply is not null && Grpc.FailureReason(grpcReply.TrailingHeaders) is { } status)
        {
            Fail(in permit, status);
        }
        else
        {
            permit.SettleBody(Verdict.Success, clock.Now);
        }
    }

    /// <param name="permit">The call's.</param>
    /// <param name="exception">What the read threw.</param>
    /// <param name="readToken">The token given to the read.</param>
    /// <param name="callToken">The token that the handler received.</param>
    public void Failed(in Permit permit, Exception exception, CancellationToken readToken, CancellationToken callToken)
    {
        var reason = readToken.IsCancellationRequested
            ? CancellationReason(in permit, readToken, callToken)
            : KnownExceptions.BodyFailureReason(exception);
        if (reason is null)
        {
            permit.SettleBody(Verdict.Success, clock.Now);
        }
        else
        {
            Fail(in permit, reason);
        }
    }

    // The client reads a buffered body with the token that it sent with: only then can its timeout be behind the cancellation.
    private string? CancellationReason(in Permit permit, CancellationToken readToken, CancellationToken callToken) =>
        readToken == callToken && clientTimeout.IsReached(clock.Now - permit.AdmittedAt) ? FailureReasons.Timeout : null;

    private void Fail(in Permit permit, string reason)
    {
        permit.SettleBody(Verdict.Failure(reason), clock.Now);
        onFailure(permit.Circuit.Key, reason);
    }
}
