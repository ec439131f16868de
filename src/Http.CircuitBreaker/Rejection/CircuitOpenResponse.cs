using System.Net;

namespace Http.CircuitBreaker.Rejection;

/// <summary>A rejection; its type is the mark by which anybody can tell it from an answer of the host.</summary>
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
