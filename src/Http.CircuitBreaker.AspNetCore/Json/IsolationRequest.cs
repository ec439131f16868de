namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>What somebody asks for who isolates a circuit. Both may be left out.</summary>
internal sealed record IsolationRequest(double? DurationSeconds, string? Reason);
