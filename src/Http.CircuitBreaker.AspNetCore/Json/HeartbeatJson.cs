namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>A sign of life.</summary>
internal sealed record HeartbeatJson(DateTimeOffset Now);
