using Http.CircuitBreaker.Benchmarks.Outages.Contenders;

namespace Http.CircuitBreaker.Benchmarks.Outages.Curve;

/// <summary>How fast a contender detects an outage, and how often it opens without one.</summary>
/// <param name="Contender">The contender at its defaults.</param>
/// <param name="Noise">The share of calls that fail while the host is healthy.</param>
/// <param name="Calls">The median number of calls from the start of an outage until the circuit opens; null if it does not.</param>
/// <param name="Seconds">The same in seconds.</param>
/// <param name="FalseOpenings">Openings per million calls to the healthy host.</param>
internal sealed record DetectionPoint(Contender Contender, double Noise, double? Calls, double? Seconds, double FalseOpenings);
