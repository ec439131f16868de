namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>What a host does to a call.</summary>
internal enum SoakFault
{
    None,
    Body,
    BrokenBody,

    /// <summary>Stops half-way; when the host comes round, it goes on or breaks.</summary>
    StalledBody,
    Status,
    Exception,
    Timeout,
    OwnBug,

    /// <summary>Until its token is cancelled, or the host comes round.</summary>
    Hang,
}
