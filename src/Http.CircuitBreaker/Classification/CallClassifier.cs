using System.Globalization;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker.Classification;

/// <summary>A call that ended with a response or an exception, <paramref name="Elapsed"/> milliseconds after it was admitted.</summary>
internal readonly record struct FinishedCall(
    HttpRequestMessage Request,
    HttpResponseMessage? Response,
    Exception? Exception,
    long Elapsed,
    bool IsTokenCanceled = false,
    bool IsCallTimeout = false,
    bool IsSlow = false,
    bool IsProbe = false,
    UploadOutcome Upload = UploadOutcome.None);

/// <summary>What happened to the content of a request while it was sent.</summary>
internal enum UploadOutcome
{
    /// <summary>Nothing failed, or the call was canceled.</summary>
    None,

    /// <summary>The content threw an exception, did not match its Content-Length, or was so slow that a timeout expired.</summary>
    ContentFailed,

    /// <summary>A write to the connection threw an exception. The content may have wrapped that exception in another one.</summary>
    WriteFailed,
}

/// <summary>The settings used to classify calls.</summary>
internal sealed record CallRules(
    StatusCodeSet FailureStatusCodes, StatusCodeSet FailureGrpcStatusCodes, Func<CompletedCall, CircuitOutcome?>? Classify)
{
    /// <summary>A fast check for responses that are definitely successes.</summary>
    public bool IsPlainSuccess(HttpRequestMessage request, HttpResponseMessage? response, bool isSlow) =>
        Classify is null
        && response is not null
        && response.GetType() == typeof(HttpResponseMessage)
        && !FailureStatusCodes.Contains((int)response.StatusCode)
        && !isSlow
        && !Grpc.IsPossible(request, response);
}

/// <summary>Classifies finished calls. The first matching rule decides.</summary>
internal sealed class CallClassifier(ClientTimeout clientTimeout, TimeProvider timeProvider)
{
    /// <summary>Classifies a call. If the user's delegate throws, the exception is returned and the built-in rules apply.</summary>
    public CallResult Classify(in FinishedCall call, CallRules rules, out Exception? userException)
    {
        var result = ClassifyCall(in call, rules, out userException);
        return call.IsProbe && result.Outcome == CircuitOutcome.Ignored ? CreateFailure(in call) : result;
    }

    /// <summary>Whether a call may wait indefinitely for response headers: an upload, or a gRPC call without a deadline.</summary>
    public static bool IsUntimed(HttpRequestMessage request) => request.Content switch
    {
        null => false,
        StreamContent or MultipartContent => true,
        var content => Grpc.IsGrpc(content) && Grpc.Timeout(request) is null,
    };

    private static bool IsRejection(in FinishedCall call) =>
        call.Response is CircuitOpenResponse || (call.Exception is { } exception && ExceptionRules.IsRejection(exception));

    private CallResult ClassifyCall(in FinishedCall call, CallRules rules, out Exception? userException)
    {
        userException = null;

        // A faulty inner handler may return a null response.
        if (call is { Response: null, Exception: null } || IsRejection(in call))
        {
            return CallResult.Ignored;
        }

        if (rules.Classify is { } classify)
        {
            try
            {
                var elapsed = TimeSpan.FromMilliseconds(call.Elapsed);
                if (classify(new CompletedCall(call.Request, call.Response, call.Exception, elapsed)) is { } outcome)
                {
                    return outcome == CircuitOutcome.Failure ? CreateFailure(in call) : new CallResult(outcome);
                }
            }
            catch (Exception exception)
            {
                userException = exception;
            }
        }

        return call.Response is { } response
            ? ClassifyResponse(response, in call, rules)
            : ClassifyException(call.Exception!, in call);
    }

    private CallResult ClassifyResponse(HttpResponseMessage response, in FinishedCall call, CallRules rules)
    {
        if (rules.FailureStatusCodes.Contains((int)response.StatusCode) || (call.IsProbe && !response.IsSuccessStatusCode))
        {
            return CreateFailure(in call);
        }

        if (Grpc.IsReply(call.Request, response)
            && Grpc.FailureReason(response.Headers, rules.FailureGrpcStatusCodes) is { } grpcStatus)
        {
            return CallResult.Failure(grpcStatus);
        }

        return call.IsSlow ? CallResult.Failure(CallResult.Slow) : CallResult.Success;
    }

    private CallResult ClassifyException(Exception exception, in FinishedCall call)
    {
        if (call.Upload == UploadOutcome.ContentFailed || RequestRules.IsAtFault(call.Request, exception))
        {
            return CallResult.Ignored;
        }

        // Only the elapsed time distinguishes the client's timeout from a cancellation by the caller.
        if (call.IsCallTimeout || (call.IsTokenCanceled && IsTimeoutReached(in call)))
        {
            return CallResult.Failure(CallResult.Timeout);
        }

        if (call.IsTokenCanceled)
        {
            return call.IsSlow ? CallResult.Failure(CallResult.Slow) : CallResult.Ignored;
        }

        var reason = call.Upload == UploadOutcome.WriteFailed
            ? ExceptionRules.WrappedFailureReason(exception)
            : ExceptionRules.FailureReason(exception);
        return reason is null ? CallResult.Ignored : CallResult.Failure(reason);
    }

    // A gRPC call without a deadline has no timeout.
    private bool IsTimeoutReached(in FinishedCall call) => Grpc.IsGrpc(call.Request.Content)
        ? ClientTimeout.IsAbout(Grpc.Timeout(call.Request) ?? Timeout.Infinite, call.Elapsed)
        : clientTimeout.IsReached(call.Elapsed);

    private CallResult CreateFailure(in FinishedCall call) => call.Response is { } response
        ? CallResult.Failure(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), RetryAfter(response))
        : CallResult.Failure(ExceptionRules.FailureReason(call.Exception!) ?? ExceptionRules.GetName(call.Exception!));

    // Reads the Retry-After header (RFC 9110, section 10.2.3). If the header contains a date, it is compared with the response's Date
    // header, because client and host clocks may differ.
    private long RetryAfter(HttpResponseMessage response) => Math.Max(0, (long)(response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - (response.Headers.Date ?? timeProvider.GetUtcNow()),
        _ => TimeSpan.Zero,
    }).TotalMilliseconds);
}
