namespace Http.CircuitBreaker;

/// <summary>
/// Applies changes made by other application instances to this instance's circuits. Packages that share circuits between instances use this
/// singleton service.
/// </summary>
/// <remarks>
/// The resulting state changes have the reason <see cref="CircuitTransitionReason.Remote"/>. The <c>epoch</c> argument is the
/// <see cref="CircuitSnapshot.Epoch"/> of this instance's circuit when the caller decided on the change, or 1 if the circuit did not exist.
/// If the epoch has changed since then, the change is ignored. Methods return false, without throwing, if a circuit cannot be found or
/// created.
/// </remarks>
public interface ICircuitBackplaneReceiver
{
    /// <summary>Whether the client has a circuit breaker on this instance. Changes to the circuits of other clients are ignored.</summary>
    /// <param name="client">The client's name.</param>
    bool Covers(string client);

    /// <summary>Opens a closed or half-open circuit, and creates it if necessary.</summary>
    /// <remarks>
    /// If the circuit is already open and its break has not ended, nothing changes. If the break has ended and no call has arrived since,
    /// the circuit stays open for the new break, without a state change.
    /// </remarks>
    /// <param name="key">The circuit's key.</param>
    /// <param name="epoch">The circuit's epoch when the caller decided on the change.</param>
    /// <param name="opening">The remaining break and the reported failure.</param>
    /// <returns>False if nothing changed.</returns>
    bool Open(CircuitKey key, int epoch, RemoteOpening opening);

    /// <summary>Closes an open or half-open circuit. A circuit that is isolated or in slow start does not change.</summary>
    /// <param name="key">The circuit's key.</param>
    /// <param name="epoch">The circuit's epoch when the caller decided on the change.</param>
    /// <returns>False if nothing changed.</returns>
    bool Close(CircuitKey key, int epoch);

    /// <summary>Isolates a circuit, regardless of its state, and creates it if necessary.</summary>
    /// <remarks>Nothing changes if the client is not registered by name and has not been used on this instance yet.</remarks>
    /// <param name="key">The circuit's key.</param>
    /// <param name="duration">How long the isolation lasts, at most 365 days; null isolates the circuit until it is reset.</param>
    /// <param name="reason">The reason shown in snapshots and logs.</param>
    /// <returns>False if nothing changed, for example because the duration is out of range.</returns>
    bool Isolate(CircuitKey key, TimeSpan? duration, string? reason);

    /// <summary>Closes a circuit, regardless of its state, and empties its sampling window.</summary>
    /// <param name="key">The circuit's key.</param>
    /// <returns>False if the circuit does not exist.</returns>
    bool Reset(CircuitKey key);
}

/// <summary>
/// Provides the status of the connection to the other instances of the application. A package that shares circuits between instances
/// registers this singleton service, so that other packages can show the status.
/// </summary>
public interface ICircuitBackplaneStatus
{
    /// <summary>Whether circuits are currently shared. If false, each instance decides on its own.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// The number of live instances, including this one, when the connection was last used; 0 if it has not been used yet.
    /// </summary>
    int Instances { get; }
}

/// <summary>Describes the opening of a circuit on other instances.</summary>
/// <param name="Remaining">
/// The remaining break time, greater than zero. This instance caps the time at the longest break that its own settings allow; see
/// <see cref="CircuitBreakerOptions.MaxBreakDuration"/>, <see cref="CircuitBreakerOptions.MaxRetryAfter"/> and
/// <see cref="CircuitBreakerOptions.BreakJitter"/>.
/// </param>
/// <param name="Instances">The number of instances that reported failures.</param>
/// <param name="FailureReason">The last failure, as in <see cref="CircuitSnapshot.LastFailureReason"/>; null if unknown.</param>
public readonly record struct RemoteOpening(TimeSpan Remaining, int Instances, string? FailureReason = null);
