using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>Classifies and records how reading the body of a successful response ended.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock,
    ClientTimeout clientTimeout,
    Action<CircuitKey, string> onFailure,
    HttpResponseMessage? grpcReply = null,
    StatusCodeSet? grpcFailureCodes = null,
    Upload? upload = null)
{
    public long Now => clock.Now;

    /// <summary>
    /// Creates a recorder that also checks the status in a gRPC reply's trailers, and ignores failures caused by an upload.
    /// </summary>
    public BodyRecorder For(HttpResponseMessage? grpcReply, StatusCodeSet grpcFailureCodes, Upload? upload) =>
        grpcReply is null && upload is null ? this : new(clock, clientTimeout, onFailure, grpcReply, grpcFailureCodes, upload);

    /// <summary>
    /// Records how reading a body ended. Pass null if it was read or abandoned; a gRPC reply may still contain a failure status.
    /// </summary>
    public void Record(in Permit permit, string? failureReason)
    {
        failureReason ??= grpcReply is null ? null : Grpc.FailureReason(grpcReply.TrailingHeaders, grpcFailureCodes!);
        if (upload is { HasFailed: true })
        {
            failureReason = null;
        }

        var result = failureReason is null ? CallResult.Success : CallResult.Failure(failureReason);
        permit.Record(result with { IsBody = true }, clock.Now);
        if (failureReason is not null)
        {
            onFailure(permit.Circuit.Key, failureReason);
        }
    }

    /// <summary>Returns the reason if a timeout canceled a read <paramref name="silence"/> milliseconds after the last byte.</summary>
    /// <remarks><c>GetFromJsonAsync</c> reads with its own token, so a timeout cannot be recognized by the token.</remarks>
    public string? TimeoutReason(in Permit permit, long silence)
    {
        // A gRPC client reads even endless streams with the token of the call, so only the deadline counts.
        var elapsed = clock.Now - permit.AdmittedAt;
        var isTimeout = grpcReply is null
            ? clientTimeout.IsReached(elapsed, silence)
            : ClientTimeout.IsAbout(Grpc.Timeout(grpcReply.RequestMessage) ?? Timeout.Infinite, elapsed, silence);
        return isTimeout ? CallResult.Timeout : null;
    }
}
