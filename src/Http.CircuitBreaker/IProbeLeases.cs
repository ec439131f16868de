namespace Http.CircuitBreaker;

/// <summary>
/// Limits the probes of all instances of the application. A package that shares circuits between instances registers an implementation as a
/// singleton.
/// </summary>
/// <remarks>Both methods run on the application's call and delay it. They must not block or throw.</remarks>
public interface IProbeLeases
{
    /// <summary>Called after a break, before a call is sent as a probe.</summary>
    /// <param name="request">The circuit and the rules for its probes.</param>
    /// <param name="token">The identifier of the lease for <see cref="Settle"/>; null if the probe needs no lease.</param>
    /// <returns>True if the probe may be sent. If false, the call is rejected and a later call tries again.</returns>
    bool TryLease(in ProbeRequest request, out string? token);

    /// <summary>Ends the lease of a probe.</summary>
    /// <param name="key">The key of the circuit.</param>
    /// <param name="token">The identifier of the lease.</param>
    /// <param name="outcome">The result of the probe; <see cref="CircuitOutcome.Ignored"/> also if it was not sent.</param>
    /// <param name="breakDuration">The time left of the break in this instance, or the length of a break that would start now.</param>
    void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration);
}

/// <summary>A request for a lease to send a probe.</summary>
/// <param name="Key">The key of the circuit.</param>
/// <param name="Probes">The number of probes: <see cref="CircuitBreakerOptions.HalfOpenProbes"/>.</param>
/// <param name="FailuresToOpen">
/// The number of failed probes that reopens the circuit. The circuit closes after <c>Probes - FailuresToOpen + 1</c> successful probes.
/// </param>
/// <param name="Timeout">The maximum duration of the probe, including its response body.</param>
public readonly record struct ProbeRequest(CircuitKey Key, int Probes, int FailuresToOpen, TimeSpan Timeout);
