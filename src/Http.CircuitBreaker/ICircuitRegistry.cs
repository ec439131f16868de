namespace Http.CircuitBreaker;

/// <summary>Shows and controls all circuits of the application. A singleton service.</summary>
/// <remarks>The key of an origin also finds the circuit of its host or client, if that is the scope of the client.</remarks>
public interface ICircuitRegistry
{
    /// <summary>Returns a snapshot of each circuit. A circuit that is created or evicted during the call may be missing.</summary>
    /// <remarks>
    /// A circuit is gone if its break is over and it has not been called since, for the longer of
    /// <see cref="CircuitBreakerOptions.MaxBreakDuration"/> and <see cref="CircuitBreakerOptions.SamplingDuration"/>. Snapshots, metrics
    /// and health checks omit it. The next call is a probe and shows the circuit again. The same applies to a half-open circuit that is
    /// not called, and to an isolation that has ended.
    /// </remarks>
    IReadOnlyList<CircuitSnapshot> GetSnapshots();

    /// <summary>Returns a snapshot of one circuit.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <returns>The snapshot; null if the circuit does not exist or is gone. The first call creates a circuit.</returns>
    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>Rejects all calls of a circuit. Creates the circuit if it does not exist, and replaces an earlier isolation.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="duration">How long to reject calls, above zero and at most 365 days; null = until <see cref="Reset"/>.</param>
    /// <param name="reason">The reason, for snapshots, logs and rejections.</param>
    /// <exception cref="ArgumentException">
    /// The client does not have a circuit breaker, or its calls cannot use the circuit because the key is wider than their scope.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client has <see cref="CircuitBreakerOptions.MaxCircuits"/> circuits, and none can be evicted.
    /// </exception>
    void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null);

    /// <summary>Closes a circuit in any state, with an empty sampling window.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <returns>False if the circuit does not exist.</returns>
    bool Reset(CircuitKey key);
}
