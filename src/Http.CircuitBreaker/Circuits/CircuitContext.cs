using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>
/// What the circuits of one client share. <paramref name="Random"/> gives [0, 1) and may be called from any thread;
/// <paramref name="Leases"/> are there if a fleet has a say in probes.
/// </summary>
internal sealed record CircuitContext(MonotonicClock Clock, Func<double> Random, ICircuitEvents Events, IProbeLeases? Leases = null);
