using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Classifies the results of admitted calls and records them in their circuits.</summary>
internal sealed class CallRecorder(ClientCircuits circuits, CircuitTelemetry telemetry)
{
    private readonly BodyRecorder _bodies = new(circuits.Clock, circuits.Timeout, (permit, reason) =>
    {
        Tags.AddToCurrentActivity(in permit, CircuitOutcome.Failure);
        telemetry.OnFailure(permit.Circuit.Key, reason);
    });

    /// <remarks>If the call completed synchronously, the clock is read only if a rule needs the elapsed time.</remarks>
    public void RecordResponse(
        in Permit permit, HttpRequestMessage request, HttpResponseMessage response, Upload? upload, bool isSynchronous = false)
    {
        var isSending = upload?.EndCall(request) is true;
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        var now = isSynchronous && !settings.NeedsElapsedTime ? permit.AdmittedAt : circuits.Clock.Now;
        var elapsed = now - permit.AdmittedAt;
        var isSlow = settings.NeedsElapsedTime && permit.IsSlow(elapsed);
        var result = settings.Rules.IsPlainSuccess(request, response, isSlow)
            ? CallResult.Answer
            : Classify(new FinishedCall(request, response, null, elapsed, IsSlow: isSlow), in permit, settings)
                with { IsAnswer = IsAnswer(response) };

        // Read response.Content only once, because it can change if an inner handler returns the same response to several threads.
        var content = result.Outcome == CircuitOutcome.Success && settings.ObserveResponseBody ? response.Content : null;
        if (!BodyRules.CanBreak(request, response, content) || ObservedContent.Observes(content, permit.Circuit.Context))
        {
            Record(in permit, in result, now);
            return;
        }

        Record(in permit, result with { IsBodyPending = true }, now);
        var bodies = _bodies.For(
            Grpc.IsReply(request, response) ? response : null, settings.Rules.FailureGrpcStatusCodes, isSending ? upload : null);
        Observe(response, new ObservedContent(content, bodies, in permit));
    }

    public void RecordException(
        in Permit permit,
        HttpRequestMessage request,
        Exception exception,
        Upload? upload,
        CancellationToken token,
        bool isCallTimeout = false,
        bool isProbe = false)
    {
        upload?.EndCall(request);
        var now = circuits.Clock.Now;
        var elapsed = now - permit.AdmittedAt;
        var isSlow = permit.IsSlow(elapsed);
        var isCanceled = token.IsCancellationRequested;

        // For gRPC, a timeout does not count as a failure of the request content, because a stream's deadline may expire while the caller
        // has nothing to send.
        var outcome = upload?.Outcome(isTimeout: (isCanceled || isCallTimeout) && !Grpc.IsGrpc(request.Content)) ?? default;
        var call = new FinishedCall(request, null, exception, elapsed, isCanceled, isCallTimeout, isSlow, isProbe, outcome);
        var result = Classify(in call, in permit, ClientCircuits.SettingsOf(permit.Circuit));
        isCanceled = outcome != UploadOutcome.ContentFailed && (isCanceled || result.Reason == CallResult.Timeout);
        Record(in permit, result with { IsCanceled = isCanceled }, now);
    }

    /// <summary>Records the response headers of a background probe. Returns whether the body must be read and recorded.</summary>
    public bool RecordProbe(in Permit permit, HttpRequestMessage request, HttpResponseMessage response)
    {
        var (now, settings) = (circuits.Clock.Now, ClientCircuits.SettingsOf(permit.Circuit));
        var elapsed = now - permit.AdmittedAt;
        var isSlow = permit.IsSlow(elapsed);
        var result = Classify(new FinishedCall(request, response, null, elapsed, IsSlow: isSlow, IsProbe: true), in permit, settings);
        var isSuccess = result.Outcome == CircuitOutcome.Success;
        Record(in permit, result with { IsAnswer = IsAnswer(response), IsBodyPending = isSuccess }, now);
        if (!isSuccess && !response.IsSuccessStatusCode && !settings.Rules.FailureStatusCodes.Contains((int)response.StatusCode))
        {
            telemetry.OnProbeRefusedOnce(permit.Circuit, request.RequestUri!, response.StatusCode);
        }

        return isSuccess;
    }

    /// <summary>Records how reading the body of a background probe ended. A null exception means that the read succeeded.</summary>
    public void RecordProbeBody(in Permit permit, Exception? exception) => _bodies.Record(
        in permit,
        exception is null ? null : ExceptionRules.BodyFailureReason(exception) ?? ExceptionRules.GetName(exception));

    // A rejection by an inner circuit breaker is not an answer from the host. A faulty inner handler may return null.
    private static bool IsAnswer(HttpResponseMessage? response) => response is not (null or CircuitOpenResponse);

    private static void Observe(HttpResponseMessage response, ObservedContent body)
    {
        try
        {
            response.Content = body;
        }
        catch (ObjectDisposedException)
        {
            // An inner handler has already disposed the response, so its body will not be read.
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
        Tags.AddToCurrentActivity(in permit, result.Outcome);
        if (result.Reason is { } reason)
        {
            telemetry.OnFailure(permit.Circuit.Key, reason);
        }
    }
}
