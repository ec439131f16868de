namespace Http.CircuitBreaker;

/// <summary>
/// Applies to the circuits of this instance what other instances of the application reported. A singleton service, for packages that share
/// circuits between instances.
/// </summary>
/// <remarks>
/// The reason of these changes is <see cref="CircuitTransitionReason.Remote"/>. An epoch (<see cref="CircuitSnapshot.Epoch"/>, or 1 for a
/// circuit that does not exist yet) names the state that the change is based on; if the circuit has changed since, nothing happens. A
/// method returns false, and does not throw, if the circuit is unknown, cannot exist, or there is no room for it.
/// </remarks>
public interface ICircuitBackplaneReceiver
{
    /// <summary>Opens a closed or half-open circuit, and creates it if necessary.</summary>
    /// <remarks>
    /// A break that is not over is not changed. A break that is over is extended to the new end without a change of state.
    /// </remarks>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="epoch">The epoch that the decision is based on.</param>
    /// <param name="opening">The length of the break, and the facts behind it.</param>
    /// <returns>False if nothing changed.</returns>
    bool Open(CircuitKey key, int epoch, RemoteOpening opening);

    /// <summary>Closes an open or half-open circuit. An isolated circuit stays isolated.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="epoch">The epoch that the decision is based on.</param>
    /// <returns>False if nothing changed.</returns>
    bool Close(CircuitKey key, int epoch);

    /// <summary>Isolates a circuit in any state, and creates it if necessary.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="duration">How long, above zero and at most 365 days; null = until the circuit is reset.</param>
    /// <param name="reason">The reason, for snapshots and logs.</param>
    /// <returns>False if the duration is out of range, calls cannot use such a circuit, or there is no room for it.</returns>
    bool Isolate(CircuitKey key, TimeSpan? duration, string? reason);

    /// <summary>Closes a circuit in any state, with fresh counts.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <returns>False if there is no such circuit.</returns>
    bool Reset(CircuitKey key);
}

/// <summary>An opening of a circuit that other instances reported.</summary>
/// <param name="Remaining">
/// How long the break lasts from now. It is limited to the longest break of the circuit in this instance:
/// <see cref="CircuitBreakerOptions.MaxBreakDuration"/> or <see cref="CircuitBreakerOptions.MaxRetryAfter"/>, plus
/// <see cref="CircuitBreakerOptions.BreakJitter"/>. Without a time above zero nothing happens.
/// </param>
/// <param name="Instances">The number of instances that reported failures.</param>
/// <param name="FailureReason">The last failure, as in <see cref="CircuitSnapshot.LastFailureReason"/>; null if it is not known.</param>
public readonly record struct RemoteOpening(TimeSpan Remaining, int Instances, string? FailureReason = null);
