using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Content;

/// <summary>Classifies and records how reading the body of a successful response ended.</summary>
internal sealed class BodyRecorder(
    MonotonicClock clock,
    ClientTimeout clientTimeout,
    Action<Permit, string> onFailure,
    HttpResponseMessage? grpcReply = null,
    StatusCodeSet? grpcFailureCodes = null,
    Upload? upload = null)
{
    public long Now => clock.Now;

    /// <summary>
    /// Creates a recorder for one call. This recorder also counts a failure status in the trailers of a gRPC reply as a failure, and
    /// ignores a failed response body if the request content has failed.
    /// </summary>
    public BodyRecorder For(HttpResponseMessage? grpcReply, StatusCodeSet grpcFailureCodes, Upload? upload) =>
        grpcReply is null && upload is null ? this : new(clock, clientTimeout, onFailure, grpcReply, grpcFailureCodes, upload);

    /// <summary>
    /// Records how reading a body ended. Pass null if the body was read completely or abandoned. Even then, a gRPC reply counts as a
    /// failure if its trailers contain a failure status.
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
            onFailure(permit, failureReason);
        }
    }

    /// <summary>
    /// Returns the failure reason if a timeout canceled a read that had waited <paramref name="silence"/> milliseconds for a byte;
    /// otherwise null.
    /// </summary>
    /// <remarks>
    /// A timeout is recognized by the elapsed time, because <c>GetFromJsonAsync</c> uses the same token for its timeout and for
    /// cancellation by the caller.
    /// </remarks>
    public string? TimeoutReason(in Permit permit, long silence)
    {
        // A gRPC client also cancels the read when the caller stops reading an endless stream, so a cancellation counts as a timeout only
        // if it happens close to the call's deadline.
        var elapsed = clock.Now - permit.AdmittedAt;
        var isTimeout = grpcReply is null
            ? clientTimeout.IsReached(elapsed, silence)
            : ClientTimeout.IsAbout(Grpc.Timeout(grpcReply.RequestMessage) ?? Timeout.Infinite, elapsed, silence);
        return isTimeout ? CallResult.Timeout : null;
    }
}

/// <summary>Decides which responses have a body that can still fail.</summary>
internal static class BodyRules
{
    // The type that .NET uses for the content of a response without a body. The type is internal, so it is taken from an instance.
    private static readonly Type _emptyContent = new HttpResponseMessage().Content.GetType();

    public static bool CanBreak(HttpRequestMessage request, HttpResponseMessage response, [NotNullWhen(true)] HttpContent? content) =>
        content is not null
        && !IsInMemory(content)
        && MayHaveBody(request, response.StatusCode)
        && !IsEmpty(content.Headers);

    /// <summary>Whether .NET decompresses the content. Such content has no Content-Length, even after it is buffered.</summary>
    public static bool IsDecompressed(HttpContent content) => content.GetType().DeclaringType?.Name == "DecompressionHandler";

    // The content of a 101 response is the WebSocket connection, so it must not be wrapped.
    private static bool MayHaveBody(HttpRequestMessage request, HttpStatusCode statusCode) =>
        statusCode is >= HttpStatusCode.OK and not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        && request.Method != HttpMethod.Head
        && request.Method != HttpMethod.Connect;

    public static bool IsInMemory(HttpContent content) =>
        content.GetType() == _emptyContent || content is (ByteArrayContent and not HalfDuplexUploadContent) or ReadOnlyMemoryContent;

    private static bool IsEmpty(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Length", out var length) && length.ToString() == "0";
}
