using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

/// <summary>Lets individual requests bypass the circuit breaker.</summary>
public static class CircuitBreakerRequestExtensions
{
    private static readonly HttpRequestOptionsKey<bool> _bypass = new("Http.CircuitBreaker.Bypass");

    // Reading HttpRequestMessage.Options allocates memory, so the options are not read until some request has set the bypass option.
    private static volatile bool _isUsed;

    /// <summary>
    /// Marks a request to be sent even if its circuit is open, for example as a warm-up call. The circuit ignores the result, and metrics
    /// report the call as bypassed.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The same request.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public static HttpRequestMessage BypassCircuitBreaker(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(_bypass, true);
        _isUsed = true;
        return request;
    }

    internal static bool BypassesCircuitBreaker(this HttpRequestMessage request) =>
        _isUsed && request.Options.TryGetValue(_bypass, out var bypass) && bypass;
}

/// <summary>Distinguishes rejected calls from the host's own responses and failures.</summary>
public static class CircuitRejectionExtensions
{
    /// <summary>Returns whether a circuit breaker rejected the call. Rejected requests are never sent.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response) => response.IsCircuitOpen(out _);

    /// <summary>Returns whether a circuit breaker rejected the call, and why. Rejected requests are never sent.</summary>
    /// <param name="response">The response.</param>
    /// <param name="rejection">Why the call was rejected and when to try again; null if the call was not rejected.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response, [NotNullWhen(true)] out CircuitRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(response);
        rejection = (response as CircuitOpenResponse)?.Rejection;
        return rejection is not null;
    }

    /// <summary>
    /// Creates the default response to a rejected call. Use this method in tests of code that handles rejections, or in
    /// <see cref="CircuitBreakerOptions.CreateRejection"/> to modify the default response.
    /// </summary>
    /// <param name="rejection">Why the call is rejected.</param>
    /// <param name="request">The rejected request.</param>
    /// <returns>A new response, for which <c>IsCircuitOpen()</c> returns true.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static HttpResponseMessage ToResponse(this CircuitRejection rejection, HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(rejection);
        ArgumentNullException.ThrowIfNull(request);
        return RejectionResponse.Create(request, rejection);
    }

    /// <summary>
    /// Returns whether the headers are those of a rejected call. Use this method where a client library exposes only the headers. The
    /// result is also true if the host itself uses this library and forwards the rejection of one of its own calls.
    /// </summary>
    /// <param name="headers">The response headers.</param>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return headers.NonValidated.TryGetValues(RejectionResponse.ProxyStatus, out var values)
            && values.Any(value => value.Split(',', StringSplitOptions.TrimEntries).Contains(CircuitRejection.ProxyStatus));
    }

    /// <summary>
    /// Returns whether a rejected call caused the exception. This is the case if the exception or one of its inner exceptions is a
    /// <see cref="CircuitOpenException"/>, or was thrown by <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/> for the response to a
    /// rejected call. Methods such as <c>GetFromJsonAsync</c> call <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/>.
    /// </summary>
    /// <remarks>
    /// The exception thrown by <see cref="HttpResponseMessage.EnsureSuccessStatusCode"/> contains only the status code and the reason
    /// phrase, which is <c>Circuit Open</c> for a rejected call. A response created by <see cref="CircuitBreakerOptions.CreateRejection"/>
    /// is recognized only if it has status 503 and the same phrase.
    /// </remarks>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static bool IsCircuitOpen(this Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is CircuitOpenException
                || (current is HttpRequestException { StatusCode: HttpStatusCode.ServiceUnavailable }
                    && current.Message.Contains($"({RejectionResponse.Phrase})", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }
}
