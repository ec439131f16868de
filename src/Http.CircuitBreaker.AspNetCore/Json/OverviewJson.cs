namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>Everything at one moment.</summary>
internal sealed record OverviewJson(
    DateTimeOffset Now,
    string Application,
    bool CanControl,
    double HeartbeatSeconds,
    IEnumerable<CircuitJson> Circuits,
    IEnumerable<TransitionJson> Transitions);
