namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>What the fleet makes of a circuit.</summary>
internal enum BackplaneState
{
    Closed,
    Open,
    Isolated,
}
