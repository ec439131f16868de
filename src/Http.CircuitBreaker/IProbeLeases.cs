namespace Http.CircuitBreaker;

/// <summary>
/// Limits the total number of probes sent by all application instances. Packages that share circuits between instances register an
/// implementation as a singleton.
/// </summary>
/// <remarks>Both methods run during an HTTP call and delay the call, so they must return quickly. Neither method may throw.</remarks>
public interface IProbeLeases
{
    /// <summary>Called after a break, before a call is sent as a probe.</summary>
    /// <param name="request">The circuit to probe and the limits for its probes.</param>
    /// <param name="token">The lease identifier to pass to <see cref="Settle"/>; null if the probe needs no lease.</param>
    /// <returns>True if the probe may be sent. If false, the call is rejected, and a later call requests a lease again.</returns>
    bool TryLease(in ProbeRequest request, out string? token);

    /// <summary>Ends a probe's lease.</summary>
    /// <param name="key">The circuit's key.</param>
    /// <param name="token">The lease identifier.</param>
    /// <param name="outcome">The probe's result. If the probe was not sent, this is <see cref="CircuitOutcome.Ignored"/>.</param>
    /// <param name="breakDuration">How long the circuit stays open if the failure of this probe reopens it.</param>
    void Settle(CircuitKey key, string token, CircuitOutcome outcome, TimeSpan breakDuration);
}

/// <summary>A request for a probe lease.</summary>
/// <param name="Key">The circuit's key.</param>
/// <param name="Probes">The total number of probes, as set by <see cref="CircuitBreakerOptions.HalfOpenProbes"/>.</param>
/// <param name="FailuresToOpen">
/// How many failed probes reopen the circuit. The circuit closes after <c>Probes - FailuresToOpen + 1</c> successful probes.
/// </param>
/// <param name="Timeout">The maximum duration of the probe, including reading the response body.</param>
public readonly record struct ProbeRequest(CircuitKey Key, int Probes, int FailuresToOpen, TimeSpan Timeout);
