using System.Globalization;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker.Classification;

/// <summary>What the end of a call says about its host. The first rule that matches wins.</summary>
internal sealed class CallClassifier(ClientTimeout clientTimeout, TimeProvider timeProvider)
{
    /// <param name="call">The call.</param>
    /// <param name="rules">The rules of its circuit.</param>
    /// <param name="fault">What the user's delegate threw; null if it did not.</param>
    public CallResult Judge(in FinishedCall call, CallRules rules, out Exception? fault)
    {
        fault = null;
        if (IsWithoutAnswer(in call) || IsRejectionOfAnotherBreaker(in call))
        {
            return CallResult.Ignored;
        }

        if (rules.Classify is { } classify)
        {
            try
            {
                if (classify(new CompletedCall(call.Request, call.Response, call.Exception, TimeSpan.FromMilliseconds(call.Elapsed))) is { } own)
                {
                    return own == CircuitOutcome.Failure ? FailureOf(in call) : new CallResult(own);
                }
            }
            catch (Exception exception)
            {
                // A typical one is call.Response!.StatusCode, which throws exactly when the connection fails.
                fault = exception;
            }
        }

        return call.Exception is null ? JudgeResponse(call.Response!, in call, rules) : JudgeException(in call, rules);
    }

    // A handler further in has a fault: it answered null.
    private static bool IsWithoutAnswer(in FinishedCall call) => call is { Response: null, Exception: null };

    private static bool IsRejectionOfAnotherBreaker(in FinishedCall call) =>
        call.Response is CircuitOpenResponse || (call.Exception is { } exception && ExceptionRules.IsRejection(exception));

    private CallResult JudgeResponse(HttpResponseMessage response, in FinishedCall call, CallRules rules)
    {
        if (rules.FailureStatusCodes.Contains(response.StatusCode))
        {
            return FailureOf(in call);
        }

        if (Grpc.IsReply(call.Request, response) && Grpc.FailureReason(response.Headers) is { } grpcStatus)
        {
            return CallResult.Failure(grpcStatus);
        }

        return rules.IsSlow(call.Elapsed) ? CallResult.Failure(FailureReasons.Slow) : CallResult.Success;
    }

    private CallResult JudgeException(in FinishedCall call, CallRules rules)
    {
        if (call.IsCallTimeout)
        {
            return CallResult.Failure(FailureReasons.Timeout);
        }

        // Inside a handler the client's timeout and a caller who gives up look the same; only the time that has passed tells them apart.
        if (call.IsTokenCancelled)
        {
            return IsTimeoutReached(in call) ? CallResult.Failure(FailureReasons.Timeout)
                : rules.IsSlow(call.Elapsed) ? CallResult.Failure(FailureReasons.Slow)
                : CallResult.Ignored;
        }

        if (ExceptionRules.IsFaultOfRequestContent(call.Request, call.Exception!))
        {
            return CallResult.Ignored;
        }

        return ExceptionRules.FailureReason(call.Exception!) is { } reason ? CallResult.Failure(reason) : CallResult.Ignored;
    }

    // A gRPC call without a deadline may last for as long as its caller likes.
    private bool IsTimeoutReached(in FinishedCall call) => Grpc.Timeout(call.Request) is { } deadline
        ? ClientTimeout.IsReached(call.Elapsed, deadline)
        : !Grpc.IsGrpc(call.Request.Content) && clientTimeout.IsReached(call.Elapsed);

    private CallResult FailureOf(in FinishedCall call) => call.Response is { } response
        ? CallResult.Failure(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), RetryAfter.Milliseconds(response, timeProvider))
        : CallResult.Failure(ExceptionRules.FailureReason(call.Exception!) ?? ExceptionRules.NameOf(call.Exception!));
}
