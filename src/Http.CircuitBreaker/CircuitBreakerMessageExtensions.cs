using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

/// <summary>What a single request can ask of the circuit breaker.</summary>
public static class CircuitBreakerRequestExtensions
{
    private static readonly HttpRequestOptionsKey<bool> _bypass = new("Http.CircuitBreaker.Bypass");

    // Asking a request for its options creates them. Nobody pays that as long as no request in the process has opted out.
    private static volatile bool _isUsed;

    /// <summary>Lets this request pass unjudged and unguarded: for health checks and warm-up calls. It is counted as bypassed.</summary>
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

/// <summary>Tells a circuit breaker's answer from one of the host.</summary>
public static class CircuitBreakerResponseExtensions
{
    /// <summary>Whether the response was made by an open circuit; the request was then not sent.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response) => response.IsCircuitOpen(out _);

    /// <summary>Whether the response was made by an open circuit, and if so why.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool IsCircuitOpen(this HttpResponseMessage response, [NotNullWhen(true)] out CircuitRejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(response);
        rejection = (response as CircuitOpenResponse)?.Rejection;
        return rejection is not null;
    }
}
