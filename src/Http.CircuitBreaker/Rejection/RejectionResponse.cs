using System.Net;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Rejection;

/// <summary>The response to a rejected call. This type distinguishes a rejection from the host's own responses.</summary>
internal sealed class CircuitOpenResponse : HttpResponseMessage
{
    public CircuitOpenResponse(HttpStatusCode statusCode, HttpRequestMessage request, CircuitRejection rejection)
        : base(statusCode)
    {
        RequestMessage = request;
        Version = request.Version;
        Rejection = rejection;
    }

    public CircuitRejection Rejection { get; }
}

/// <summary>Creates the response to a rejected call. Callers dispose responses, so each call gets a new response.</summary>
internal static class RejectionResponse
{
    public const string ProxyStatus = "Proxy-Status";
    public const string Phrase = "Circuit Open";

    public static CircuitRejection Describe(Circuit circuit, long now)
    {
        // The circuit may have closed since it rejected the call. A closed circuit rejects no calls, so report it as half-open.
        var phase = circuit.Phase;
        var state = phase.State == CircuitState.Closed ? CircuitState.HalfOpen : phase.State;
        TimeSpan? retryAfter = SecondsLeft(phase, now) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return phase is IsolatedPhase isolated
            ? new CircuitRejection(circuit.Key, state, retryAfter, FailureReason: null) { IsolationReason = isolated.Reason }
            : new CircuitRejection(circuit.Key, state, retryAfter, circuit.LastFailureReason);
    }

    public static CircuitOpenResponse Create(HttpRequestMessage request, CircuitRejection rejection)
    {
        var body = ProblemBody.Create(rejection.RetryAfter);
        var response = IsGrpc(request) ? CreateGrpc(request, rejection) : CreateHttp(request, rejection, body);
        if (body.RetryAfter is { } retryAfter)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        // destination_unavailable (RFC 9209, section 2.3.4) means that the next hop is considered unavailable.
        response.Headers.TryAddWithoutValidation(ProxyStatus, CircuitRejection.ProxyStatus);
        return response;
    }

    /// <summary>Creates a rejection response with the content and headers of the response that the user's delegate returned.</summary>
    public static CircuitOpenResponse Mark(HttpResponseMessage custom, HttpRequestMessage request, CircuitRejection rejection)
    {
        var response = new CircuitOpenResponse(custom.StatusCode, request, rejection)
        {
            ReasonPhrase = custom.ReasonPhrase,
            Version = custom.Version,
            Content = custom.Content,
        };
        foreach (var (name, values) in custom.Headers.NonValidated)
        {
            response.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var (name, values) in custom.TrailingHeaders.NonValidated)
        {
            response.TrailingHeaders.TryAddWithoutValidation(name, values);
        }

        if (!response.Headers.IsCircuitOpen())
        {
            response.Headers.TryAddWithoutValidation(ProxyStatus, CircuitRejection.ProxyStatus);
        }

        return response;
    }

    // A half-open circuit may close soon, so suggest a retry after one second.
    private static long? SecondsLeft(Phase phase, long now) => phase switch
    {
        { Until: { } until } => Math.Max(1, (until - now + 999) / 1000),
        IsolatedPhase => null,
        _ => 1,
    };

    private static CircuitOpenResponse CreateHttp(HttpRequestMessage request, CircuitRejection rejection, ProblemBody body) =>
        new(HttpStatusCode.ServiceUnavailable, request, rejection)
        {
            ReasonPhrase = Phrase,
            Content = body.ToContent(),
        };

    // A gRPC reply always has HTTP status 200. The gRPC status (14 = Unavailable) of a reply without a body is in the headers.
    private static CircuitOpenResponse CreateGrpc(HttpRequestMessage request, CircuitRejection rejection)
    {
        var response = new CircuitOpenResponse(HttpStatusCode.OK, request, rejection) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        response.Headers.TryAddWithoutValidation("grpc-status", "14");
        response.Headers.TryAddWithoutValidation("grpc-message", Phrase);
        return response;
    }

    private static bool IsGrpc(HttpRequestMessage request) =>
        request.Content?.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;
}
