namespace Http.CircuitBreaker.AspNetCore;

/// <summary>Options of the endpoints and the live page.</summary>
/// <remarks>Read from the section <c>HttpCircuitBreaker:Endpoints</c>. Delegates in code override the section.</remarks>
public sealed class CircuitEndpointsOptions
{
    /// <summary>Whether circuits can be isolated and reset over HTTP.</summary>
    /// <value>Default: false.</value>
    public bool EnableControl { get; set; }

    /// <summary>The shortest interval between two updates of the event stream. Without clients nothing is computed.</summary>
    /// <value>100 milliseconds to 1 minute. Default: 1 second.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time without an update after which the event stream sends a heartbeat.</summary>
    /// <value>1 second to 5 minutes. Default: 10 seconds.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of clients of the event stream. Further clients get status <c>503</c>.</summary>
    /// <value>1 to 10,000. Default: 200.</value>
    public int MaxViewers { get; set; } = 200;

    /// <summary>The number of transitions, of all circuits together, that are kept in the history.</summary>
    /// <value>0 to 10,000. Default: 200.</value>
    public int HistoryLength { get; set; } = 200;
}
