using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

/// <summary>Excludes single requests from the circuit breaker.</summary>
public static class CircuitBreakerRequestExtensions
{
    private static readonly HttpRequestOptionsKey<bool> _bypass = new("Http.CircuitBreaker.Bypass");

    // Reading HttpRequestMessage.Options allocates, so do not read it until a request has set the option.
    private static volatile bool _isUsed;

    /// <summary>
    /// Sends this request regardless of the state of the circuit and does not classify it, for example a warm-up call. The call is counted
    /// as bypassed.
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

    internal static bool BypassesCircuitBreaker(this HttpRequestMessage request) => _isUsed && AsksForBypass(request);

    private static bool AsksForBypass(HttpRequestMessage request) => request.Options.TryGetValue(_bypass, out var bypass) && bypass;
}

/// <summary>Distinguishes the response of a rejected call from a response of the host.</summary>
public static class CircuitBreakerResponseExtensions
{
    /// <summary>Whether the call was rejected by a circuit breaker, so that the request was not sent.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response) => response.IsCircuitOpen(out _);

    /// <summary>Whether the call was rejected by a circuit breaker, so that the request was not sent, and why.</summary>
    /// <param name="response">The response.</param>
    /// <param name="rejection">Why the call was rejected; null if it was not.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response, [NotNullWhen(true)] out CircuitRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(response);
        rejection = (response as CircuitOpenResponse)?.Rejection;
        return rejection is not null;
    }
}
