namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>What a host does to a call.</summary>
internal enum SoakFault
{
    None,
    Body,
    BrokenBody,
    Status,
    Exception,
    Timeout,
    OwnBug,

    /// <summary>Until its token is cancelled, or the host comes round.</summary>
    Hang,
}
