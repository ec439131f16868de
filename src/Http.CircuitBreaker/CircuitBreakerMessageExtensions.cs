using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

/// <summary>Lets individual requests bypass the circuit breaker.</summary>
public static class CircuitBreakerRequestExtensions
{
    private static readonly HttpRequestOptionsKey<bool> _bypass = new("Http.CircuitBreaker.Bypass");

    // Reading HttpRequestMessage.Options allocates memory, so do not read it until some request has set the option.
    private static volatile bool _isUsed;

    /// <summary>
    /// Marks a request, for example a warm-up call, to be sent even if its circuit is open. Its result does not count for the circuit.
    /// Metrics report the call as bypassed.
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

/// <summary>Distinguishes rejected calls from the host's own responses.</summary>
public static class CircuitBreakerResponseExtensions
{
    /// <summary>Returns whether a circuit breaker rejected the call. Rejected requests are never sent.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response) => response.IsCircuitOpen(out _);

    /// <summary>Returns whether a circuit breaker rejected the call, and why. Rejected requests are never sent.</summary>
    /// <param name="response">The response.</param>
    /// <param name="rejection">Why the call was rejected and when to try again; null if it was not rejected.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response, [NotNullWhen(true)] out CircuitRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(response);
        rejection = (response as CircuitOpenResponse)?.Rejection;
        return rejection is not null;
    }
}
