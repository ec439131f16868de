namespace Http.CircuitBreaker;

/// <summary>
/// Decides whether this instance of a fleet may send a probe. For packages that share circuits between instances: register one as a singleton.
/// </summary>
/// <remarks>
/// Asked only when a call would become a probe, so never while a circuit is closed and never while a break is running. Both methods
/// run on the call, so they must not wait for anything, and must not throw.
/// </remarks>
public interface IProbeLeases
{
    /// <summary>Whether the call that asks may be a probe now; else it is rejected, and a later call asks again.</summary>
    /// <param name="request">The circuit and its rules.</param>
    /// <param name="token">Names the lease if the probe has one; it is given to <see cref="Settle"/> when the probe has ended. Null for a probe that nobody else knows of.</param>
    bool TryLease(in ProbeRequest request, out string? token);

    /// <summary>A probe that had a lease has ended, or did not come about (<see cref="CircuitOutcome.Ignored"/>).</summary>
    /// <param name="key">The circuit.</param>
    /// <param name="token">The lease.</param>
    /// <param name="outcome">How the probe ended.</param>
    /// <param name="breakDuration">How long the circuit's break here is, or would be if it opened now.</param>
    void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration);
}

/// <summary>A circuit whose break is over asks for a probe.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="Probes">How many probes the verdict is made from: <see cref="CircuitBreakerOptions.HalfOpenProbes"/>.</param>
/// <param name="FailuresToOpen">So many failed ones open the circuit again; <c>Probes - FailuresToOpen + 1</c> successes close it.</param>
/// <param name="Timeout">The longest time that the probe can take, its body included.</param>
public readonly record struct ProbeRequest(CircuitKey Key, int Probes, int FailuresToOpen, TimeSpan Timeout);
