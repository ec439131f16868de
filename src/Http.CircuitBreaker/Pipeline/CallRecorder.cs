using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Classifies how an admitted call ended and records it with the circuit.</summary>
internal sealed class CallRecorder(ClientCircuits circuits, CircuitTelemetry telemetry)
{
    private readonly BodyRecorder _bodies = new(circuits.Clock, circuits.Timeout, telemetry.OnFailure);

    /// <param name="permit">The permit of the call.</param>
    /// <param name="request">The request.</param>
    /// <param name="response">The response.</param>
    /// <param name="token">The token that the handler received.</param>
    /// <param name="isSynchronous">The call completed synchronously, so the clock is read only where the elapsed time is used.</param>
    public void RecordResponse(
        in Permit permit, HttpRequestMessage request, HttpResponseMessage response, CancellationToken token, bool isSynchronous = false)
    {
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        var now = isSynchronous && settings.Rules is { SlowCallDuration: 0, Classify: null } ? permit.AdmittedAt : circuits.Clock.Now;
        var elapsed = now - permit.AdmittedAt;
        var result = CallResult.Ignored;
        try
        {
            result = settings.Rules.IsPlainSuccess(request, response, elapsed)
                ? CallResult.Answer
                : Classify(new FinishedCall(request, response, null, elapsed), in permit, settings) with { IsAnswer = IsAnswer(response) };
            if (result.Outcome == CircuitOutcome.Success && settings.ObserveResponseBody && MustObserve(in permit, request, response))
            {
                result = result with { IsBodyPending = true };
            }
        }
        finally
        {
            Record(in permit, in result, now);
        }

        if (result.IsBodyPending)
        {
            var bodies = Grpc.IsReply(request, response) ? _bodies.CreateForGrpc(response) : _bodies;
            Observe(response, new ObservedContent(response.Content, bodies, in permit, token));
        }
    }

    /// <param name="permit">The permit of the call.</param>
    /// <param name="request">The request.</param>
    /// <param name="exception">What the call threw.</param>
    /// <param name="token">The token that the handler received.</param>
    /// <param name="isCallTimeout">Whether <see cref="CircuitBreakerOptions.CallTimeout"/> ended the call.</param>
    public void RecordException(
        in Permit permit, HttpRequestMessage request, Exception exception, CancellationToken token, bool isCallTimeout = false)
    {
        var now = circuits.Clock.Now;
        var call = new FinishedCall(request, null, exception, now - permit.AdmittedAt, token.IsCancellationRequested, isCallTimeout);
        var result = CallResult.Ignored;
        try
        {
            result = Classify(in call, in permit, ClientCircuits.SettingsOf(permit.Circuit));
            result = result with { IsCancelled = token.IsCancellationRequested || result.Reason == CallResult.Timeout };
        }
        finally
        {
            Record(in permit, in result, now);
        }
    }

    // A faulty inner handler may return null.
    private static bool IsAnswer(HttpResponseMessage? response) => response is not (null or CircuitOpenResponse);

    private static bool MustObserve(in Permit permit, HttpRequestMessage request, HttpResponseMessage response) =>
        BodyRules.CanBreak(request, response) && !ObservedContent.Observes(response.Content, permit.Circuit);

    private static void Observe(HttpResponseMessage response, ObservedContent body)
    {
        try
        {
            response.Content = body;
        }
        catch (ObjectDisposedException)
        {
            // A handler below has disposed the response, so its body will not be read.
            body.End();
        }
    }

    private CallResult Classify(in FinishedCall call, in Permit permit, HostSettings settings)
    {
        var result = circuits.Classifier.Classify(in call, settings.Rules, out var thrown);
        if (thrown is not null)
        {
            telemetry.OnUserCodeFailedOnce(permit.Circuit, UserCallback.Classify, thrown);
        }

        return result;
    }

    private void Record(in Permit permit, in CallResult result, long now)
    {
        permit.Record(in result, now);
        if (result.Reason is { } reason)
        {
            telemetry.OnFailure(permit.Circuit.Key, reason);
        }
    }
}
