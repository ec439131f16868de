using System.Diagnostics.CodeAnalysis;
using Http.CircuitBreaker.Rejection;

namespace Http.CircuitBreaker;

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
