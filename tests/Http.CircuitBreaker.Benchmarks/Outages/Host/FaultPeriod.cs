namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>The behaviour of the host.</summary>
internal enum HostMode
{
    Healthy,

    /// <summary>The host breaks existing connections and refuses new ones.</summary>
    Refusing,

    /// <summary>The host accepts calls and never responds, even after the period has ended.</summary>
    Hanging,

    /// <summary>A share of the calls fails with 503.</summary>
    Failing,

    /// <summary>Every call succeeds, but takes several seconds longer.</summary>
    Slow,

    /// <summary>Every call fails with 429; Retry-After is the remaining time of the period.</summary>
    RateLimiting,

    /// <summary>Response bodies end early, after complete headers.</summary>
    BreakingBodies,
}

/// <summary>
/// A period in which the host is faulty. <paramref name="Errors"/> is the share of failed calls in <see cref="HostMode.Failing"/>.
/// </summary>
internal sealed record FaultPeriod(TimeSpan From, TimeSpan To, HostMode Mode, double Errors = 0)
{
    public static FaultPeriod FromSeconds(double from, double to, HostMode mode, double errors = 0) =>
        new(TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to), mode, errors);

    public bool Contains(TimeSpan time) => time >= From && time < To;
}
