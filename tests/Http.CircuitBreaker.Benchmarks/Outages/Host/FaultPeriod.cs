namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The behaviour of the host.</summary>
internal enum HostMode
{
    Healthy,

    /// <summary>The host breaks existing connections and refuses new ones.</summary>
    Refusing,

    /// <summary>The host accepts calls and never responds, even after the period has ended.</summary>
    Hanging,

    /// <summary>Calls fail with 503.</summary>
    Failing,

    /// <summary>Every call succeeds, but takes several seconds longer.</summary>
    Slow,

    /// <summary>Every call takes 2.5 times as long, so the capacity falls below the load. The calls that fit in are good calls.</summary>
    Overloaded,

    /// <summary>The host does nothing and processes the calls when the period has ended.</summary>
    Paused,

    /// <summary>Every call fails with 429; Retry-After is the remaining time of the period.</summary>
    RateLimiting,

    /// <summary>Response bodies end early, after complete headers.</summary>
    BreakingBodies,
}

/// <summary>The calls that a fault affects.</summary>
internal enum FaultScope
{
    /// <summary>A random share of the attempts. A retry may succeed.</summary>
    Attempts,

    /// <summary>A share of the calls, as if their data were on a faulty shard. A retry does not help.</summary>
    Calls,

    /// <summary>The calls that reach the first replica.</summary>
    FirstReplica,
}

/// <summary>A period in which the host is faulty.</summary>
internal sealed record FaultPeriod(TimeSpan From, TimeSpan To, HostMode Mode)
{
    public double Share { get; init; } = 1;

    public FaultScope Scope { get; init; }

    public static FaultPeriod FromSeconds(double from, double to, HostMode mode) =>
        new(TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to), mode);

    public bool Contains(TimeSpan time) => time >= From && time < To;

    /// <summary>Whether the fault affects an attempt at a call.</summary>
    public bool Affects(long call, long attempt, int replica) => Scope switch
    {
        FaultScope.FirstReplica => replica == 0,
        FaultScope.Calls => SeededRandom.Uniform(Draw.Key, call) < Share,
        _ => Share >= 1 || SeededRandom.Uniform(Draw.Response, attempt) < Share,
    };
}
