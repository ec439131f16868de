namespace Http.CircuitBreaker;

/// <summary>All circuits of the application, to be looked at and steered. A singleton service.</summary>
public interface ICircuitRegistry
{
    /// <summary>Snapshots of all circuits at this moment. Circuits that are created or evicted meanwhile may be missing.</summary>
    IReadOnlyList<CircuitSnapshot> GetSnapshots();

    /// <summary>The snapshot of one circuit; null if there is none, or it has not been called yet.</summary>
    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>
    /// Rejects the calls of a circuit from now on, creating it if need be. Isolating an isolated circuit replaces duration and reason.
    /// </summary>
    /// <param name="key">The circuit; an origin also names the wider circuit of a client whose scope is the host or the client.</param>
    /// <param name="duration">How long; then the next call is a probe. Above zero, at most 365 days. Null = until <see cref="Reset"/>.</param>
    /// <param name="reason">Why, for people; shown in snapshots and logs.</param>
    /// <exception cref="ArgumentException">
    /// No client of that name has a circuit breaker, or the key is wider than the circuits of the client, so that no call would find it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The client has as many circuits as it may keep and none can make room.</exception>
    void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null);

    /// <summary>Closes a circuit whatever its state, with fresh counts.</summary>
    /// <returns>False if there is no such circuit.</returns>
    bool Reset(CircuitKey key);
}
