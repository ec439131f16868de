namespace Http.CircuitBreaker;

/// <summary>
/// Applies here what the other instances of a fleet found out. For packages that share circuits between instances; a singleton service.
/// </summary>
/// <remarks>
/// Changes made here carry the reason <see cref="CircuitTransitionReason.Remote"/>. Each is decided upon one phase of the circuit, named by
/// its epoch (1 for a circuit that does not exist yet), and is refused where the circuit has moved on. No method throws because a circuit
/// is unknown, cannot exist or has no room: it returns false.
/// </remarks>
public interface ICircuitBackplaneReceiver
{
    /// <summary>
    /// Opens a closed or half-open circuit, creating it if need be. A break that is not over stays as it is; one that is over is followed by
    /// the new one without an event.
    /// </summary>
    /// <param name="key">The circuit.</param>
    /// <param name="epoch">The phase that this was decided upon.</param>
    /// <param name="opening">For how long, and by whom.</param>
    /// <returns>False if nothing changed.</returns>
    bool Open(CircuitKey key, int epoch, RemoteOpening opening);

    /// <summary>Closes an open or half-open circuit; never one that is isolated.</summary>
    /// <returns>False if nothing changed.</returns>
    bool Close(CircuitKey key, int epoch);

    /// <summary>Isolates a circuit whatever its state, creating it if need be. A duration of null isolates until it is reset.</summary>
    /// <returns>False if no call would find such a circuit, or there is no room for it.</returns>
    bool Isolate(CircuitKey key, TimeSpan? duration, string? reason);

    /// <summary>Closes a circuit whatever its state, with fresh counts.</summary>
    /// <returns>False if there is no such circuit.</returns>
    bool Reset(CircuitKey key);
}

/// <summary>What other instances found out about a circuit.</summary>
/// <param name="Remaining">
/// How much longer it holds, from zero; at most as long as a break of the circuit here can be:
/// <see cref="CircuitBreakerOptions.MaxBreakDuration"/> or <see cref="CircuitBreakerOptions.MaxRetryAfter"/>, and
/// <see cref="CircuitBreakerOptions.BreakJitter"/>.
/// </param>
/// <param name="Instances">How many instances reported it.</param>
/// <param name="FailureReason">What the last failure was, as in <see cref="CircuitSnapshot.LastFailureReason"/>; null if it is not known.</param>
public readonly record struct RemoteOpening(TimeSpan Remaining, int Instances, string? FailureReason = null);
