using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

/// <summary>Excludes individual requests from the circuit breaker.</summary>
public static class CircuitBreakerRequestExtensions
{
    private static readonly HttpRequestOptionsKey<bool> _bypass = new("Http.CircuitBreaker.Bypass");

    // Reading HttpRequestMessage.Options allocates, so skip it until the first request sets the option.
    private static volatile bool _isUsed;

    /// <summary>
    /// Sends this request even if the circuit is open, and ignores its result. Use it for a warm-up call, for example. The call is counted
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

    internal static bool BypassesCircuitBreaker(this HttpRequestMessage request) =>
        _isUsed && request.Options.TryGetValue(_bypass, out var bypass) && bypass;
}

/// <summary>Distinguishes rejections from responses of the host.</summary>
public static class CircuitBreakerResponseExtensions
{
    /// <summary>Whether a circuit breaker rejected the call. A rejected request was not sent.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response) => response.IsCircuitOpen(out _);

    /// <summary>Whether a circuit breaker rejected the call, and why. A rejected request was not sent.</summary>
    /// <param name="response">The response.</param>
    /// <param name="rejection">Why the call was rejected; null if it was sent.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response, [NotNullWhen(true)] out CircuitRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(response);
        rejection = (response as CircuitOpenResponse)?.Rejection;
        return rejection is not null;
    }
}
