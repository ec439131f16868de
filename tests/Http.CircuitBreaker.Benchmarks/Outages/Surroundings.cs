namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Where a breaker stands: in one process of the fleet, in front of the host.</summary>
internal sealed record Surroundings(OutageScript Script, VirtualTime Time, HttpMessageHandler Host, int Instance, Action Opened);
