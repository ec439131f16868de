using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>What the end of a body says about its host, after its headers said that all was well.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock,
    ClientTimeout clientTimeout,
    Action<CircuitKey, string> onFailure,
    Probe? probe = null,
    HttpResponseMessage? grpcReply = null)
{
    public Probe? Probe => probe;

    public bool IsGrpc => grpcReply is not null;

    public long Now => clock.Now;

    /// <summary>One judge serves all bodies; those of probes and of gRPC, which need more, get their own, so that the others stay small.</summary>
    public BodyRecorder For(Probe? probe, HttpResponseMessage? grpcReply) =>
        probe is null && grpcReply is null ? this : new BodyRecorder(clock, clientTimeout, onFailure, probe, grpcReply);

    /// <summary>The body was read to its end, or its reader left it. A gRPC reply has its status in the trailers.</summary>
    public void Ended(in Permit permit)
    {
        if (grpcReply is not null && Grpc.FailureReason(grpcReply.TrailingHeaders) is { } status)
        {
            Fail(in permit, status);
        }
        else
        {
            permit.SettleBody(CallResult.Success, clock.Now);
        }
    }

    /// <summary>A read threw, and not because it was cancelled.</summary>
    public void Failed(in Permit permit, Exception exception)
    {
        if (ExceptionRules.BodyFailureReason(exception) is { } reason)
        {
            Fail(in permit, reason);
        }
        else
        {
            Ended(in permit);
        }
    }

    /// <summary>
    /// The token that the handler received was cancelled while the body was read with it, after <paramref name="silence"/> without a byte.
    /// The client reads a buffered body with that token, so its timeout may be the cause.
    /// </summary>
    public void Cancelled(in Permit permit, long silence)
    {
        if (IsTimeout(clock.Now - permit.AdmittedAt, silence))
        {
            Fail(in permit, FailureReasons.Timeout);
        }
        else
        {
            Ended(in permit);
        }
    }

    /// <summary>
    /// Whether a read that was cancelled with another token was a stall all the same. <c>GetFromJsonAsync</c> reads with a token of its own,
    /// which is cancelled at the client's timeout: the moment tells, and that nothing had come for a while.
    /// </summary>
    public bool IsStalled(long admittedAt, long silence) => grpcReply is null && clientTimeout.IsJustOver(clock.Now - admittedAt, silence);

    // A gRPC client reads with that token whatever it reads, also a stream that lasts for days: there only the call's own deadline counts.
    private bool IsTimeout(long elapsed, long silence) => grpcReply is null
        ? clientTimeout.IsReachedInBody(elapsed, silence)
        : grpcReply.RequestMessage is { } request
            && Grpc.Timeout(request) is { } deadline
            && ClientTimeout.IsReachedInBody(elapsed, silence, deadline);

    private void Fail(in Permit permit, string reason)
    {
        permit.SettleBody(CallResult.Failure(reason), clock.Now);
        onFailure(permit.Circuit.Key, reason);
    }
}
