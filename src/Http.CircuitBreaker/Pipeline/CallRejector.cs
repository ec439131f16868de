using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Pipeline;

/// <summary>Answers a call that was not admitted.</summary>
internal sealed class CallRejector(ClientCircuits circuits, CircuitTelemetry telemetry, BackgroundProber prober)
{
    /// <summary>The response; null where the options want an exception instead.</summary>
    public HttpResponseMessage? Reject(HttpRequestMessage request, Circuit circuit, out CircuitRejection rejection)
    {
        var phase = circuit.Phase;
        rejection = RejectionFacts.Of(circuit, phase, circuits.Clock.Now);
        telemetry.OnRejection(request, rejection);
        prober.StartIfDue(request, circuit);
        return circuits.Options.RejectionMode == RejectionMode.Exception
            ? null
            : CustomResponse(request, circuit, rejection) ?? RejectionResponse.Create(request, rejection, phase);
    }

    private CircuitOpenResponse? CustomResponse(HttpRequestMessage request, Circuit circuit, CircuitRejection rejection)
    {
        if (circuits.Options.CreateRejection is not { } create)
        {
            return null;
        }

        try
        {
            return create(rejection, request) is { } custom ? RejectionResponse.Mark(custom, request, rejection) : null;
        }
        catch (Exception exception)
        {
            telemetry.OnUserFaultOnce(circuit, CircuitFault.CreateRejection, exception);
            return null;
        }
    }
}
