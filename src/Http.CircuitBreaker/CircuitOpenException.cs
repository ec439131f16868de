using System.Net;

namespace Http.CircuitBreaker;

/// <summary>Thrown instead of a 503 response where <see cref="CircuitBreakerOptions.RejectionMode"/> asks for it. The request was not sent.</summary>
public sealed class CircuitOpenException : HttpRequestException
{
    internal CircuitOpenException(CircuitRejection rejection)
        : base(MessageFor(rejection), inner: null, HttpStatusCode.ServiceUnavailable) => Rejection = rejection;

    /// <summary>The facts.</summary>
    public CircuitRejection Rejection { get; }

    private static string MessageFor(CircuitRejection rejection)
    {
        var until = rejection.RetryAfter is { } wait ? $" Try again in {wait.TotalSeconds:0} s." : "";
        var reason = rejection switch
        {
            { IsolationReason: { } isolation } => $" It was isolated by hand: {isolation}.",
            { FailureReason: { } failure } => $" The last failure was: {failure}.",
            _ => "",
        };
        return $"The circuit '{rejection.Key}' is {rejection.State}; the request was not sent.{reason}{until}";
    }
}
