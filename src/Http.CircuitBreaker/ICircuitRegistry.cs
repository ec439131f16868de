namespace Http.CircuitBreaker;

/// <summary>Lists, isolates and resets the application's circuits. This is a singleton service.</summary>
/// <remarks>A key for an origin also finds the circuit for the origin's host or for the client, depending on the client's scope.</remarks>
public interface ICircuitRegistry
{
    /// <summary>Returns a snapshot of each circuit. A circuit that is created or evicted during the call may be missing.</summary>
    /// <remarks>
    /// An open circuit is considered gone if, after its break, it receives no calls for the longer of
    /// <see cref="CircuitBreakerOptions.MaxBreakDuration"/> and <see cref="CircuitBreakerOptions.SamplingDuration"/>. Snapshots, metrics
    /// and health checks hide the circuit until its next call, which is a probe. A half-open circuit without calls is hidden in the same
    /// way, as is a circuit whose isolation has ended.
    /// </remarks>
    IReadOnlyList<CircuitSnapshot> GetSnapshots();

    /// <summary>Returns a snapshot of one circuit.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <returns>The snapshot; null if the circuit is gone or does not exist. A circuit is created by its first HTTP call.</returns>
    CircuitSnapshot? Find(CircuitKey key);

    /// <summary>Rejects all calls through a circuit. Creates the circuit if necessary, and replaces any existing isolation.</summary>
    /// <param name="key">The circuit's key.</param>
    /// <param name="duration">
    /// How long to reject calls: greater than zero and at most 365 days, or null to reject them until <see cref="Reset"/> is called.
    /// </param>
    /// <param name="reason">The reason shown in snapshots, logs and rejections.</param>
    /// <exception cref="ArgumentException">
    /// The client has no circuit breaker, or the key does not match the client's scope, so that no call would use the circuit.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client already has <see cref="CircuitBreakerOptions.MaxCircuits"/> circuits, and no circuit can be evicted.
    /// </exception>
    void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null);

    /// <summary>Closes a circuit, regardless of its state, and empties its sampling window. Totals and the last failure are kept.</summary>
    /// <param name="key">The circuit's key.</param>
    /// <returns>False if the circuit does not exist.</returns>
    bool Reset(CircuitKey key);
}
