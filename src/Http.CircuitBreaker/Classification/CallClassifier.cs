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
    public Verdict Judge(in CallEnd call, CallRules rules, out Exception? fault)
    {
        fault = null;
        if (IsWithoutAnswer(in call) || IsRejectionOfAnotherBreaker(in call))
        {
            return Verdict.Ignored;
        }

        if (rules.Classify is { } classify)
        {
            try
            {
                if (classify(new CompletedCall(call.Request, call.Response, call.Exception, TimeSpan.FromMilliseconds(call.Elapsed))) is { } own)
                {
                    return own == CircuitOutcome.Failure ? FailureOf(in call) : new Verdict(own);
                }
            }
            catch (Exception exception)
            {
                fault = exception;
                return Verdict.Ignored;
            }
        }

        return call.Exception is null ? JudgeResponse(call.Response!, in call, rules) : JudgeException(in call, rules);
    }

    // A handler further in has a fault: it answered null.
    private static bool IsWithoutAnswer(in CallEnd call) => call is { Response: null, Exception: null };

    private static bool IsRejectionOfAnotherBreaker(in CallEnd call) =>
        call.Response is CircuitOpenResponse || (call.Exception is { } exception && KnownExceptions.IsRejection(exception));

    private Verdict JudgeResponse(HttpResponseMessage response, in CallEnd call, CallRules rules)
    {
        if (rules.FailureStatusCodes.Contains(response.StatusCode))
        {
            return FailureOf(in call);
        }

        if (Grpc.IsReply(call.Request, response) && Grpc.FailureReason(response.Headers) is { } grpcStatus)
        {
            return Verdict.Failure(grpcStatus);
        }

        return rules.IsSlow(call.Elapsed) ? Verdict.Failure(FailureReasons.Slow) : Verdict.Success;
    }

    private Verdict JudgeException(in CallEnd call, CallRules rules)
    {
        if (call.IsCallTimeout)
        {
            return Verdict.Failure(FailureReasons.Timeout);
        }

        // Inside a handler the client's timeout and a caller who gives up look the same; only the time that has passed tells them apart.
        if (call.IsTokenCancelled)
        {
            return clientTimeout.IsReached(call.Elapsed) || IsDeadlineReached(in call) ? Verdict.Failure(FailureReasons.Timeout)
                : rules.IsSlow(call.Elapsed) ? Verdict.Failure(FailureReasons.Slow)
                : Verdict.Ignored;
        }

        if (KnownExceptions.IsFaultOfRequestContent(call.Request, call.Exception!))
        {
            return Verdict.Ignored;
        }

        return KnownExceptions.FailureReason(call.Exception!) is { } reason ? Verdict.Failure(reason) : Verdict.Ignored;
    }

    private static bool IsDeadlineReached(in CallEnd call) =>
        Grpc.Timeout(call.Request) is { } deadline && ClientTimeout.IsReached(call.Elapsed, deadline);

    private Verdict FailureOf(in CallEnd call) => call.Response is { } response
        ? Verdict.Failure(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), RetryAfter.Milliseconds(response, timeProvider))
        : Verdict.Failure(KnownExceptions.FailureReason(call.Exception!) ?? KnownExceptions.NameOf(call.Exception!));
}
