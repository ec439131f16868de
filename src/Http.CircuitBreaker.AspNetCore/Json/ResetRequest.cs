namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>An empty object.</summary>
internal sealed record ResetRequest;
