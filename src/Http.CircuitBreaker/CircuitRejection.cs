using System.Net;

namespace Http.CircuitBreaker;

/// <summary>Why a call was rejected, and when to try again.</summary>
/// <param name="Key">The key of the circuit.</param>
/// <param name="State">The state of the circuit when it rejected the call.</param>
/// <param name="RetryAfter">
/// The time to wait before trying again, in whole seconds and at least 1; null if the circuit stays isolated until it is reset.
/// </param>
/// <param name="FailureReason">
/// The last failure, for example <c>503</c> or <c>timeout</c>; null if the circuit is isolated or had no failure.
/// </param>
public sealed record CircuitRejection(CircuitKey Key, CircuitState State, TimeSpan? RetryAfter, string? FailureReason)
{
    /// <summary>The reason for the isolation; null if the circuit is not isolated or has no reason.</summary>
    public string? IsolationReason { get; init; }
}

/// <summary>
/// Thrown by a rejected call if <see cref="CircuitBreakerOptions.RejectionMode"/> is <see cref="RejectionMode.Exception"/>.
/// </summary>
public sealed class CircuitOpenException : HttpRequestException
{
    internal CircuitOpenException(CircuitRejection rejection)
        : base(MessageFor(rejection), inner: null, HttpStatusCode.ServiceUnavailable) => Rejection = rejection;

    /// <summary>Why the call was rejected, and when to try again.</summary>
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
