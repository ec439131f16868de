using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>Classifies and records how reading the body of a successful response ended.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock, ClientTimeout clientTimeout, Action<CircuitKey, string> onFailure, HttpResponseMessage? grpcReply = null)
{
    public bool IsGrpc => grpcReply is not null;

    public long Now => clock.Now;

    /// <summary>Creates a recorder that also checks the status in a gRPC reply's trailers.</summary>
    public BodyRecorder CreateForGrpc(HttpResponseMessage reply) => new(clock, clientTimeout, onFailure, reply);

    /// <summary>
    /// Records how reading a body ended. Pass null if it was read or abandoned; a gRPC reply may still contain a failure status.
    /// </summary>
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

    /// <summary>Returns the reason if a timeout canceled a read <paramref name="silence"/> milliseconds after the last byte.</summary>
    public string? TimeoutReason(in Permit permit, long silence) =>
        IsTimeout(clock.Now - permit.AdmittedAt, silence) ? CallResult.Timeout : null;

    /// <summary>Whether the client's timeout canceled a read that used its own cancellation token.</summary>
    /// <remarks><c>GetFromJsonAsync</c>, for example, reads with a token that is canceled when the client's timeout elapses.</remarks>
    public bool IsStalled(in Permit permit, long silence) =>
        grpcReply is null && clientTimeout.IsJustReachedInBody(clock.Now - permit.AdmittedAt, silence);

    // A gRPC client reads even endless streams with the call's token, so only the deadline counts as a timeout.
    private bool IsTimeout(long elapsed, long silence) => grpcReply is null
        ? clientTimeout.IsReachedInBody(elapsed, silence)
        : grpcReply.RequestMessage is { } request
            && Grpc.Timeout(request) is { } deadline
            && ClientTimeout.IsReachedInBody(elapsed, silence, deadline);
}
