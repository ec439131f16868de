namespace Http.CircuitBreaker.Circuits;

/// <summary>Other instances found the host failing, too few of them to open the circuit here.</summary>
internal sealed record Suspicion(long Until, int Instances);
