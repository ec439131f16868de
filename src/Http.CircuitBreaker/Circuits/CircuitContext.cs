using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>What the circuits of one client share. <paramref name="Random"/> gives [0, 1) and may be called from any thread.</summary>
internal sealed record CircuitContext(MonotonicClock Clock, Func<double> Random, ICircuitEvents Events);
