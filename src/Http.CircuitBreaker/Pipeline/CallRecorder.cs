using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Judges the end of a call that was admitted, and settles its permit, whatever happens.</summary>
internal sealed class CallRecorder(ClientCircuits circuits, CircuitTelemetry telemetry)
{
    private readonly BodyRecorder _bodies = new(circuits.Clock, circuits.Timeout, telemetry.OnFailure);

    /// <summary>
    /// For a response that was there before its task was returned. The ordinary one is counted in one step and needs no second look at the
    /// clock: nobody asks how long it took, and the window bears old clock values.
    /// </summary>
    public void SucceededAtOnce(in Permit permit, HttpRequestMessage request, HttpResponseMessage response, CancellationToken token)
    {
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        if (settings.Rules.SlowCallDuration == 0
            && settings.Rules.IsPlainSuccess(request, response, elapsed: 0)
            && !(settings.ObserveResponseBody && BodyRules.CanBreak(request, response)))
        {
            permit.SucceedAtOnce();
        }
        else
        {
            permit.Start();
            Succeeded(in permit, request, response, token);
        }
    }

    public void Succeeded(in Permit permit, HttpRequestMessage request, HttpResponseMessage response, CancellationToken token)
    {
        var settings = ClientCircuits.SettingsOf(permit.Circuit);
        var now = circuits.Clock.Now;
        var elapsed = now - permit.AdmittedAt;
        var verdict = CallResult.Ignored;
        try
        {
            verdict = settings.Rules.IsPlainSuccess(request, response, elapsed)
                ? CallResult.Success
                : Judge(new FinishedCall(request, response, null, elapsed), in permit, settings);
            if (verdict.Outcome == CircuitOutcome.Success && settings.ObserveResponseBody && BodyRules.CanBreak(request, response)
                && !ObservedContent.Observes(response.Content, permit.Circuit))
            {
                verdict = verdict with { IsBodyToCome = true };
            }
        }
        finally
        {
            Settle(in permit, in verdict, now);
        }

        if (verdict.IsBodyToCome)
        {
            var grpcReply = Grpc.IsReply(request, response) ? response : null;
            Watch(response, new ObservedContent(response.Content, _bodies.For(permit.Probe, grpcReply), in permit, token));
        }
    }

    /// <param name="permit">The call's.</param>
    /// <param name="request">The request.</param>
    /// <param name="exception">What the call threw.</param>
    /// <param name="token">The token that the handler received.</param>
    /// <param name="isCallTimeout">Whether the breaker's own timeout ended the call.</param>
    public void Threw(in Permit permit, HttpRequestMessage request, Exception exception, CancellationToken token, bool isCallTimeout = false)
    {
        var now = circuits.Clock.Now;
        var call = new FinishedCall(request, null, exception, now - permit.AdmittedAt, token.IsCancellationRequested, isCallTimeout);
        var verdict = CallResult.Ignored;
        try
        {
            verdict = Judge(in call, in permit, ClientCircuits.SettingsOf(permit.Circuit));
        }
        finally
        {
            Settle(in permit, in verdict, now);
        }
    }

    private static void Watch(HttpResponseMessage response, ObservedContent body)
    {
        try
        {
            response.Content = body;
        }
        catch (ObjectDisposedException)
        {
            // A handler below has disposed of the response: nobody will read it, and the caller gets it as it is.
            body.End();
        }
    }

    private CallResult Judge(in FinishedCall call, in Permit permit, HostSettings settings)
    {
        var verdict = circuits.Classifier.Judge(in call, settings.Rules, out var fault);
        if (fault is not null)
        {
            telemetry.OnUserFaultOnce(permit.Circuit, CircuitFault.Classify, fault);
        }

        return verdict;
    }

    private void Settle(in Permit permit, in CallResult verdict, long now)
    {
        permit.Settle(in verdict, now);
        if (verdict.Reason is { } reason)
        {
            telemetry.OnFailure(permit.Circuit.Key, reason);
        }
    }
}
