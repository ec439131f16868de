namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>What has changed since the last time.</summary>
internal sealed record CircuitChangesJson(DateTimeOffset Now, IEnumerable<CircuitJson> Changed, IEnumerable<string> Removed);
