namespace Http.CircuitBreaker.AspNetCore;

/// <summary>
/// What the endpoints and the live page may do and keep. Read from the section <c>HttpCircuitBreaker:Endpoints</c>; a delegate in code wins.
/// </summary>
public sealed class CircuitEndpointsOptions
{
    /// <summary>Whether circuits can be isolated and reset over HTTP.</summary>
    /// <value>The default is false: what is shown cannot be touched.</value>
    public bool EnableControl { get; set; }

    /// <summary>How often a change is sent to those who watch. Nothing is computed while nobody does.</summary>
    /// <value>The default is 1 s; from 100 ms to 1 minute.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long without news a sign of life is sent to those who watch.</summary>
    /// <value>The default is 10 s; from 1 s to 5 minutes.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many may watch at once; the next one is answered <c>503</c>.</summary>
    /// <value>The default is 200; from 1 to 10,000.</value>
    public int MaxViewers { get; set; } = 200;

    /// <summary>How many of the last transitions, of all circuits together, are kept to be shown.</summary>
    /// <value>The default is 200; from 0 to 10,000.</value>
    public int HistoryLength { get; set; } = 200;
}
