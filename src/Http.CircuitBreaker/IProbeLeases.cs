namespace Http.CircuitBreaker;

/// <summary>
/// Decides whether this instance of the application may send a probe. Register an implementation as a singleton, in a package that shares
/// circuits between instances.
/// </summary>
/// <remarks>
/// <see cref="TryLease"/> is called only if a call would become a probe, so never while a circuit is closed or a break is not over. Both
/// methods run on the call and delay it. They must not block and must not throw.
/// </remarks>
public interface IProbeLeases
{
    /// <summary>Whether a call may become a probe. If not, the call is rejected, and a later call tries again.</summary>
    /// <param name="request">The circuit and the rules of its probes.</param>
    /// <param name="token">
    /// The name of the lease, which is passed to <see cref="Settle"/>; null for a probe that other instances do not know of.
    /// </param>
    /// <returns>True if the probe may be sent.</returns>
    bool TryLease(in ProbeRequest request, out string? token);

    /// <summary>Ends the lease of a probe that has a result, or was not sent (<see cref="CircuitOutcome.Ignored"/>).</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="token">The name of the lease.</param>
    /// <param name="outcome">The result of the probe.</param>
    /// <param name="breakDuration">
    /// The time left of the circuit's break in this instance, or the length of the break if the circuit opened now.
    /// </param>
    void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration);
}

/// <summary>A request of a circuit to send a probe after its break.</summary>
/// <param name="Key">The key of the circuit.</param>
/// <param name="Probes">The number of probes: <see cref="CircuitBreakerOptions.HalfOpenProbes"/>.</param>
/// <param name="FailuresToOpen">
/// The number of failed probes that reopens the circuit. <c>Probes - FailuresToOpen + 1</c> successful probes close it.
/// </param>
/// <param name="Timeout">The longest time that the probe can take, including its body.</param>
public readonly record struct ProbeRequest(CircuitKey Key, int Probes, int FailuresToOpen, TimeSpan Timeout);
