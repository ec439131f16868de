using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Telemetry;

namespace Http.CircuitBreaker.Pipeline;

internal sealed class CallRejector(ClientCircuits circuits, CircuitTelemetry telemetry, BackgroundProber prober)
{
    /// <exception cref="CircuitOpenException">The rejection mode is <see cref="RejectionMode.Exception"/>.</exception>
    public HttpResponseMessage Reject(HttpRequestMessage request, Circuit circuit) =>
        TryReject(request, circuit, out var rejection) ?? throw new CircuitOpenException(rejection);

    public Task<HttpResponseMessage> RejectAsync(HttpRequestMessage request, Circuit circuit) =>
        TryReject(request, circuit, out var rejection) is { } response
            ? Task.FromResult<HttpResponseMessage>(response)
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(rejection));

    private CircuitOpenResponse? TryReject(HttpRequestMessage request, Circuit circuit, out CircuitRejection rejection)
    {
        var now = circuits.Clock.Now;
        rejection = RejectionResponse.Describe(circuit, now);
        telemetry.OnRejection(request, rejection, circuit, now);
        prober.StartIfDue(request, circuit);
        return circuits.Options.RejectionMode == RejectionMode.Exception
            ? null
            : CreateCustom(request, circuit, rejection) ?? RejectionResponse.Create(request, rejection);
    }

    private CircuitOpenResponse? CreateCustom(HttpRequestMessage request, Circuit circuit, CircuitRejection rejection)
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
            telemetry.OnUserCodeFailedOnce(circuit, UserCallback.CreateRejection, exception);
            return null;
        }
    }
}
