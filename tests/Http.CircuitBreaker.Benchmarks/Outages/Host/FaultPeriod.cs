namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>How the host is.</summary>
internal enum HostMode
{
    Healthy,

    /// <summary>No connection is accepted, and those that there are break.</summary>
    Refusing,

    /// <summary>Calls are accepted and never answered, not even later.</summary>
    Hanging,

    /// <summary>A share of the calls is answered with 503.</summary>
    Erring,

    /// <summary>Every call is answered well, after seconds.</summary>
    Slow,

    /// <summary>429 with the time that is left as Retry-After.</summary>
    Limiting,

    /// <summary>Good headers, and a body that ends too soon.</summary>
    BreakingBodies,
}
