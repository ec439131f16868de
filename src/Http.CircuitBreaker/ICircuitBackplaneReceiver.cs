namespace Http.CircuitBreaker;

/// <summary>
/// Applies changes from other instances of the application to the circuits of this instance. A singleton service for packages that share
/// circuits between instances.
/// </summary>
/// <remarks>
/// The changes have the reason <see cref="CircuitTransitionReason.Remote"/>. An <c>epoch</c> is the <see cref="CircuitSnapshot.Epoch"/> on
/// which the change is based, or 1 for a circuit that does not exist yet. A change with an outdated epoch is ignored. A method returns
/// false, and does not throw, if the circuit cannot be found or created.
/// </remarks>
public interface ICircuitBackplaneReceiver
{
    /// <summary>Opens a closed or half-open circuit, and creates it if necessary.</summary>
    /// <remarks>
    /// If the circuit is already open, its break stays as it is. If that break is over, it is extended without a state change.
    /// </remarks>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="epoch">The epoch on which the decision is based.</param>
    /// <param name="opening">The length of the break and the reported failures.</param>
    /// <returns>False if nothing changed.</returns>
    bool Open(CircuitKey key, int epoch, RemoteOpening opening);

    /// <summary>Closes an open or half-open circuit. An isolated circuit stays isolated.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="epoch">The epoch on which the decision is based.</param>
    /// <returns>False if nothing changed.</returns>
    bool Close(CircuitKey key, int epoch);

    /// <summary>Isolates a circuit in any state, and creates it if necessary.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="duration">The length of the isolation, at most 365 days; null = until the circuit is reset.</param>
    /// <param name="reason">The reason, for snapshots and logs.</param>
    /// <returns>False if nothing changed, for example because the duration is out of range.</returns>
    bool Isolate(CircuitKey key, TimeSpan? duration, string? reason);

    /// <summary>Closes a circuit in any state, with an empty sampling window.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <returns>False if the circuit does not exist.</returns>
    bool Reset(CircuitKey key);
}

/// <summary>The opening of a circuit by other instances.</summary>
/// <param name="Remaining">
/// The time left of the break, above zero. It is limited to the longer of <see cref="CircuitBreakerOptions.MaxBreakDuration"/> and
/// <see cref="CircuitBreakerOptions.MaxRetryAfter"/> of this instance, plus <see cref="CircuitBreakerOptions.BreakJitter"/>.
/// </param>
/// <param name="Instances">The number of instances that reported failures.</param>
/// <param name="FailureReason">The last failure, as in <see cref="CircuitSnapshot.LastFailureReason"/>; null if unknown.</param>
public readonly record struct RemoteOpening(TimeSpan Remaining, int Instances, string? FailureReason = null);
