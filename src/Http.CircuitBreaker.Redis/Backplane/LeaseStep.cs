namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What to do with a call that would become a probe.</summary>
internal enum LeaseStep
{
    Refuse,

    /// <summary>Refuse it and ask the server, so that a later call may go.</summary>
    Ask,

    /// <summary>It may go, with the lease.</summary>
    ProbeLeased,

    /// <summary>It may go, without one: the fleet has no say.</summary>
    ProbeAlone,
}
