namespace Http.CircuitBreaker.AspNetCore;

/// <summary>Options for the endpoints and the live page.</summary>
/// <remarks>Every option can be set in the <c>HttpCircuitBreaker:Endpoints</c> section. Delegates in code override the section.</remarks>
public sealed class CircuitEndpointsOptions
{
    /// <summary>Whether circuits can be isolated and reset over HTTP.</summary>
    /// <value>Default: false.</value>
    public bool EnableControl { get; set; }

    /// <summary>The minimum interval between two updates of the event stream. There are no updates while no client is connected.</summary>
    /// <value>Default: 1 second. Range: 100 milliseconds to 1 minute.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the event stream waits without an update before it sends a heartbeat.</summary>
    /// <value>Default: 10 seconds. Range: 1 second to 5 minutes.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of clients connected to the event stream. Additional clients receive status <c>503</c>.</summary>
    /// <value>Default: 200. Range: 1 to 10,000.</value>
    public int MaxViewers { get; set; } = 200;

    /// <summary>The maximum number of transitions kept in the history, across all circuits.</summary>
    /// <value>Default: 200. Range: 0 to 10,000.</value>
    public int HistoryLength { get; set; } = 200;
}
