using System.Globalization;
using System.Net;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Rejection;

/// <summary>Makes the synthetic answer of an open circuit: a fresh one each time, as callers dispose them.</summary>
internal static class RejectionResponse
{
    // RFC 9209, section 2.3.2: the intermediary considers the next hop unavailable and did not try it.
    private const string ProxyStatus = "Http.CircuitBreaker; error=destination_unavailable";
    private const string GrpcUnavailable = "14";

    public static CircuitOpenResponse Create(HttpRequestMessage request, CircuitRejection rejection, Phase phase) =>
        IsGrpc(request) ? CreateGrpc(request, rejection) : CreateHttp(request, rejection, phase);

    /// <summary>Gives a response of the user's own the mark of a rejection; its content and headers are taken over.</summary>
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

        return response;
    }

    private static CircuitOpenResponse CreateHttp(HttpRequestMessage request, CircuitRejection rejection, Phase phase)
    {
        var body = ProblemBody.For(phase, rejection);
        var response = new CircuitOpenResponse(HttpStatusCode.ServiceUnavailable, request, rejection)
        {
            ReasonPhrase = "Circuit Open",
            Content = body.ToContent(),
        };
        if (body.RetryAfter is { } retryAfter)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        response.Headers.TryAddWithoutValidation("Proxy-Status", ProxyStatus);
        return response;
    }

    // A trailers-only reply: for gRPC the HTTP status is 200 whatever happened.
    private static CircuitOpenResponse CreateGrpc(HttpRequestMessage request, CircuitRejection rejection)
    {
        var response = new CircuitOpenResponse(HttpStatusCode.OK, request, rejection) { Content = new ByteArrayContent([]) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        response.Headers.TryAddWithoutValidation("grpc-status", GrpcUnavailable);
        response.Headers.TryAddWithoutValidation("grpc-message", "Circuit Open");
        if (rejection.RetryAfter is { } wait)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", wait.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }

    private static bool IsGrpc(HttpRequestMessage request) =>
        request.Content?.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;
}
