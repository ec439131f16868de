using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Rejection;

/// <summary>Reads the facts of a rejection from the phase that is present.</summary>
internal static class RejectionFacts
{
    public static CircuitRejection Of(Circuit circuit, Phase phase, long now)
    {
        // It may have closed in the moment since the rejection; that one was a half-open circuit's.
        var state = phase.State == CircuitState.Closed ? CircuitState.HalfOpen : phase.State;
        TimeSpan? retryAfter = SecondsLeft(phase, now) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return new CircuitRejection(circuit.Key, state, retryAfter, circuit.LastFailureReason);
    }

    // Half-open, or closed again since the rejection: worth another try in a second.
    private static long? SecondsLeft(Phase phase, long now) => phase switch
    {
        { Until: { } until } => Math.Max(1, (until - now + 999) / 1000),
        IsolatedPhase => null,
        _ => 1,
    };
}
