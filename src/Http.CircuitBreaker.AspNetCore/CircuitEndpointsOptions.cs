namespace Http.CircuitBreaker.AspNetCore;

/// <summary>
/// Options of the endpoints and the live page, read from the section <c>HttpCircuitBreaker:Endpoints</c> and validated at startup.
/// Values set in code take precedence.
/// </summary>
public sealed class CircuitEndpointsOptions
{
    /// <summary>Whether circuits can be isolated and reset over HTTP.</summary>
    /// <value>The default is false.</value>
    public bool EnableControl { get; set; }

    /// <summary>How often circuits are polled for changes while a client is connected to the event stream.</summary>
    /// <value>The default is 1 s; from 100 ms to 1 minute.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the event stream may be silent before a heartbeat is sent.</summary>
    /// <value>The default is 10 s; from 1 s to 5 minutes.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of clients connected to the event stream. Further clients receive <c>503</c>.</summary>
    /// <value>The default is 200; from 1 to 10,000.</value>
    public int MaxViewers { get; set; } = 200;

    /// <summary>How many transitions are kept, of all circuits together.</summary>
    /// <value>The default is 200; from 0 to 10,000.</value>
    public int HistoryLength { get; set; } = 200;
}
