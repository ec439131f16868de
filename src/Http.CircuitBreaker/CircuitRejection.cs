using System.Net;
using Http.CircuitBreaker.Printing;

namespace Http.CircuitBreaker;

/// <summary>Why a call was rejected, and when to try again.</summary>
/// <param name="Key">The circuit's key.</param>
/// <param name="State">The circuit's state when it rejected the call.</param>
/// <param name="RetryAfter">
/// How long to wait before trying again, rounded up to whole seconds; null if the circuit stays isolated until it is reset.
/// </param>
/// <param name="FailureReason">
/// The last failure, for example <c>503</c> or <c>timeout</c>; null if the circuit is isolated or no call has failed.
/// </param>
public sealed record CircuitRejection(CircuitKey Key, CircuitState State, TimeSpan? RetryAfter, string? FailureReason)
{
    /// <summary>
    /// The value of the <c>Proxy-Status</c> header (RFC 9209) that marks the response to every rejected call, including gRPC replies and
    /// custom responses. If a client library exposes only the response headers, look for this value to recognize a rejected call.
    /// </summary>
    public const string ProxyStatus = "Http.CircuitBreaker; error=destination_unavailable";

    /// <summary>Why the circuit is isolated; null if it is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }
}

/// <summary>
/// Thrown when a call is rejected and <see cref="CircuitBreakerOptions.RejectionMode"/> is <see cref="RejectionMode.Exception"/>.
/// </summary>
public sealed class CircuitOpenException : HttpRequestException
{
    /// <summary>Creates an exception, for example in tests of code that handles rejections.</summary>
    /// <param name="rejection">Why the call was rejected.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rejection"/> is null.</exception>
    public CircuitOpenException(CircuitRejection rejection)
        : base(MessageFor(rejection), inner: null, HttpStatusCode.ServiceUnavailable) => Rejection = rejection;

    /// <summary>Why the call was rejected, and when to try again.</summary>
    public CircuitRejection Rejection { get; }

    private static string MessageFor(CircuitRejection rejection)
    {
        ArgumentNullException.ThrowIfNull(rejection);
        var until = rejection.RetryAfter is { } wait ? $" Try again in {wait.TotalSeconds:0} s." : "";
        var reason = rejection switch
        {
            { IsolationReason: { } isolation } => $" It was isolated by hand: {PrintableText.Escape(isolation)}.",
            { FailureReason: { } failure } => $" The last failure was: {PrintableText.Escape(failure)}.",
            _ => "",
        };
        return $"The circuit '{rejection.Key}' is {rejection.State}; the request was not sent.{reason}{until}";
    }
}
