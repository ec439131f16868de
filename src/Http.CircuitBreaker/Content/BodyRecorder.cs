using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>Classifies and records how a response body ended whose headers were good.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock,
    ClientTimeout clientTimeout,
    Action<CircuitKey, string> onFailure,
    HttpResponseMessage? grpcReply = null)
{
    public bool IsGrpc => grpcReply is not null;

    public long Now => clock.Now;

    /// <summary>Bodies share one recorder. That of a gRPC reply also reads its trailers.</summary>
    public BodyRecorder CreateForGrpc(HttpResponseMessage reply) => new(clock, clientTimeout, onFailure, reply);

    /// <summary>The body was read to its end, or its reader left it. A gRPC reply has its status in the trailers.</summary>
    public void RecordEnd(in Permit permit)
    {
        if (grpcReply is not null && Grpc.FailureReason(grpcReply.TrailingHeaders) is { } status)
        {
            Fail(in permit, status);
        }
        else
        {
            permit.Record(CallResult.Success with { IsBody = true }, clock.Now);
        }
    }

    /// <summary>A read threw an exception and was not cancelled.</summary>
    public void RecordException(in Permit permit, Exception exception)
    {
        if (ExceptionRules.BodyFailureReason(exception) is { } reason)
        {
            Fail(in permit, reason);
        }
        else
        {
            RecordEnd(in permit);
        }
    }

    /// <summary>
    /// The token that the handler received was cancelled while the body was read with it, after <paramref name="silence"/> without a byte.
    /// The client reads a buffered body with that token, so its timeout may be the cause.
    /// </summary>
    public void RecordCancellation(in Permit permit, long silence)
    {
        if (IsTimeout(clock.Now - permit.AdmittedAt, silence))
        {
            Fail(in permit, CallResult.Timeout);
        }
        else
        {
            RecordEnd(in permit);
        }
    }

    /// <summary>
    /// Whether a read that was cancelled with another token was a stall. <c>GetFromJsonAsync</c> reads with a token of its own, which is
    /// cancelled at the client's timeout, so the time and the silence before it decide.
    /// </summary>
    public bool IsStalled(long admittedAt, long silence) => grpcReply is null && clientTimeout.IsJustOver(clock.Now - admittedAt, silence);

    // A gRPC client reads everything with that token, also a stream that lasts for days, so only the deadline of the call counts.
    private bool IsTimeout(long elapsed, long silence) => grpcReply is null
        ? clientTimeout.IsReachedInBody(elapsed, silence)
        : grpcReply.RequestMessage is { } request
            && Grpc.Timeout(request) is { } deadline
            && ClientTimeout.IsReachedInBody(elapsed, silence, deadline);

    private void Fail(in Permit permit, string reason)
    {
        permit.Record(CallResult.Failure(reason) with { IsBody = true }, clock.Now);
        onFailure(permit.Circuit.Key, reason);
    }
}
