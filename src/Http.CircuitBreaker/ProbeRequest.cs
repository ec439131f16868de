namespace Http.CircuitBreaker;

/// <summary>A circuit whose break is over asks for a probe.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="Probes">How many probes the verdict is made from: <see cref="CircuitBreakerOptions.HalfOpenProbes"/>.</param>
/// <param name="FailuresToOpen">So many failed ones open the circuit again; <c>Probes - FailuresToOpen + 1</c> successes close it.</param>
/// <param name="Timeout">The longest time that the probe can take, its body included.</param>
public readonly record struct ProbeRequest(CircuitKey Key, int Probes, int FailuresToOpen, TimeSpan Timeout);
