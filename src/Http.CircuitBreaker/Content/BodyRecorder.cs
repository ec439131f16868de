using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>Classifies and records how the body of a successful response ended.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock, ClientTimeout clientTimeout, Action<CircuitKey, string> onFailure, HttpResponseMessage? grpcReply = null)
{
    public bool IsGrpc => grpcReply is not null;

    public long Now => clock.Now;

    /// <summary>Creates a recorder that also reads the status in the trailers of a gRPC reply.</summary>
    public BodyRecorder CreateForGrpc(HttpResponseMessage reply) => new(clock, clientTimeout, onFailure, reply);

    /// <summary>Records how a body ended. The reason is null if it was read or abandoned; a gRPC reply may still have failed.</summary>
    public void Record(in Permit permit, string? failureReason)
    {
        failureReason ??= grpcReply is null ? null : Grpc.FailureReason(grpcReply.TrailingHeaders);
        var result = failureReason is null ? CallResult.Success : CallResult.Failure(failureReason);
        permit.Record(result with { IsBody = true }, clock.Now);
        if (failureReason is not null)
        {
            onFailure(permit.Circuit.Key, failureReason);
        }
    }

    /// <summary>The reason if a timeout cancelled a read, <paramref name="silence"/> milliseconds after the last byte.</summary>
    public string? TimeoutReason(in Permit permit, long silence) =>
        IsTimeout(clock.Now - permit.AdmittedAt, silence) ? CallResult.Timeout : null;

    /// <summary>Whether a read that was cancelled with another token ran into the client's timeout.</summary>
    /// <remarks><c>GetFromJsonAsync</c> reads with its own token, which is cancelled at the client's timeout.</remarks>
    public bool IsStalled(in Permit permit, long silence) =>
        grpcReply is null && clientTimeout.IsJustReachedInBody(clock.Now - permit.AdmittedAt, silence);

    // A gRPC client reads even endless streams with the token of the call, so only the deadline counts.
    private bool IsTimeout(long elapsed, long silence) => grpcReply is null
        ? clientTimeout.IsReachedInBody(elapsed, silence)
        : grpcReply.RequestMessage is { } request
            && Grpc.Timeout(request) is { } deadline
            && ClientTimeout.IsReachedInBody(elapsed, silence, deadline);
}
