namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>What the fleet makes of a circuit.</summary>
internal enum BackplaneState
{
    Closed,

    /// <summary>Instances found it failing, but not enough of them.</summary>
    Suspected,

    Open,
    Isolated,
}
