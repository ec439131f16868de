using System.Globalization;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker.Classification;

/// <summary>How a call ended at the circuit breaker's handler; <paramref name="Elapsed"/> in milliseconds.</summary>
/// <param name="Request">The request.</param>
/// <param name="Response">The response; null if the call threw.</param>
/// <param name="Exception">What it threw; null otherwise.</param>
/// <param name="Elapsed">From the start of the handler.</param>
/// <param name="IsTokenCancelled">Whether the token that the handler received is cancelled, by the caller or by the client's timeout.</param>
/// <param name="IsCallTimeout">Whether the breaker's own <see cref="CircuitBreakerOptions.CallTimeout"/> ended it.</param>
internal readonly record struct FinishedCall(
    HttpRequestMessage Request,
    HttpResponseMessage? Response,
    Exception? Exception,
    long Elapsed,
    bool IsTokenCancelled = false,
    bool IsCallTimeout = false);

/// <summary>What the judgement of a call needs to know of the options; milliseconds, 0 = off.</summary>
internal sealed record CallRules(StatusCodeSet FailureStatusCodes, long SlowCallDuration, Func<CompletedCall, CircuitOutcome?>? Classify)
{
    /// <summary>The short way through the table for the ordinary answer: a response that no rule but the last can match.</summary>
    public bool IsPlainSuccess(HttpRequestMessage request, HttpResponseMessage? response, long elapsed) =>
        Classify is null
        && response is not null
        && response.GetType() == typeof(HttpResponseMessage)
        && !FailureStatusCodes.Contains(response.StatusCode)
        && !IsSlow(elapsed)
        && !Grpc.IsPossible(request, response);

    public bool IsSlow(long elapsed) => SlowCallDuration > 0 && elapsed >= SlowCallDuration;
}

/// <summary>What the end of a call says about its host. The first rule that matches wins.</summary>
internal sealed class CallClassifier(ClientTimeout clientTimeout, TimeProvider timeProvider)
{
    /// <param name="call">The call.</param>
    /// <param name="rules">The rules of its circuit.</param>
    /// <param name="thrown">What the user's delegate threw; null if it did not.</param>
    public CallResult Classify(in FinishedCall call, CallRules rules, out Exception? thrown)
    {
        thrown = null;
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
                thrown = exception;
            }
        }

        return call.Exception is null ? ClassifyResponse(call.Response!, in call, rules) : ClassifyException(in call, rules);
    }

    // A handler further in has a fault: it answered null.
    private static bool IsWithoutAnswer(in FinishedCall call) => call is { Response: null, Exception: null };

    private static bool IsRejectionOfAnotherBreaker(in FinishedCall call) =>
        call.Response is CircuitOpenResponse || (call.Exception is { } exception && ExceptionRules.IsRejection(exception));

    private CallResult ClassifyResponse(HttpResponseMessage response, in FinishedCall call, CallRules rules)
    {
        if (rules.FailureStatusCodes.Contains(response.StatusCode))
        {
            return FailureOf(in call);
        }

        if (Grpc.IsReply(call.Request, response) && Grpc.FailureReason(response.Headers) is { } grpcStatus)
        {
            return CallResult.Failure(grpcStatus);
        }

        return rules.IsSlow(call.Elapsed) ? CallResult.Failure(CallResult.Slow) : CallResult.Success;
    }

    private CallResult ClassifyException(in FinishedCall call, CallRules rules)
    {
        if (call.IsCallTimeout)
        {
            return CallResult.Failure(CallResult.Timeout);
        }

        // Inside a handler the client's timeout and a caller who gives up look the same; only the time that has passed tells them apart.
        if (call.IsTokenCancelled)
        {
            return IsTimeoutReached(in call) ? CallResult.Failure(CallResult.Timeout)
                : rules.IsSlow(call.Elapsed) ? CallResult.Failure(CallResult.Slow)
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

/// <summary>The <c>Retry-After</c> header (RFC 9110, section 10.2.3) of a response.</summary>
internal static class RetryAfter
{
    /// <summary>Milliseconds to wait; 0 where there is no header, or it is past or makes no sense.</summary>
    /// <remarks>A date is taken relative to the response's own <c>Date</c>, so that no clock of ours has to agree with the host's.</remarks>
    public static long Milliseconds(HttpResponseMessage response, TimeProvider timeProvider)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? timeProvider.GetUtcNow()),
            _ => TimeSpan.Zero,
        };
        return Math.Max(0, (long)wait.TotalMilliseconds);
    }
}
