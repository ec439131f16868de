using System.Net;

namespace Http.CircuitBreaker;

/// <summary>Why a call was rejected, and when it makes sense to try again.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="State">Its state when it rejected the call.</param>
/// <param name="RetryAfter">
/// Whole seconds, rounded up, at least one, until a call may pass again; null while isolated without an end.
/// </param>
/// <param name="FailureReason">What the last failure was; null if there was none, or while isolated.</param>
public sealed record CircuitRejection(CircuitKey Key, CircuitState State, TimeSpan? RetryAfter, string? FailureReason)
{
    /// <summary>The reason given when the circuit was isolated; null unless it is isolated.</summary>
    public string? IsolationReason { get; init; }
}

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
