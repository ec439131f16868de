namespace Http.CircuitBreaker;

/// <summary>Shows and controls all circuits of the application. A singleton service.</summary>
public interface ICircuitRegistry
{
    /// <summary>Takes a snapshot of each circuit. Circuits that are created or evicted meanwhile may be missing.</summary>
    /// <returns>The snapshots.</returns>
    IReadOnlyList<CircuitSnapshot> GetSnapshots();

    /// <summary>Takes a snapshot of one circuit.</summary>
    /// <param name="key">
    /// The key of the circuit. An origin also finds the circuit of its host or client, if that is the scope of the client.
    /// </param>
    /// <returns>The snapshot; null if there is no such circuit. A circuit is created by its first call.</returns>
    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>
    /// Rejects all calls of a circuit from now on, and creates the circuit if necessary. For an isolated circuit, duration and reason are
    /// replaced.
    /// </summary>
    /// <param name="key">
    /// The key of the circuit. An origin also finds the circuit of its host or client, if that is the scope of the client.
    /// </param>
    /// <param name="duration">
    /// How long, above zero and at most 365 days; the next call is then a probe. null = until <see cref="Reset"/>.
    /// </param>
    /// <param name="reason">The reason, for snapshots, logs and rejections.</param>
    /// <exception cref="ArgumentException">
    /// The client does not have a circuit breaker, or its calls do not use the circuit, because the key is wider than the scope of the
    /// client.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client has <see cref="CircuitBreakerOptions.MaxCircuits"/> circuits and none can be evicted.
    /// </exception>
    void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null);

    /// <summary>Closes a circuit in any state, with fresh counts.</summary>
    /// <param name="key">
    /// The key of the circuit. An origin also finds the circuit of its host or client, if that is the scope of the client.
    /// </param>
    /// <returns>False if there is no such circuit.</returns>
    bool Reset(CircuitKey key);
}
