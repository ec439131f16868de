namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>The servers that the scenarios use.</summary>
public enum ServerKind
{
    /// <summary>The garnet-server of the tool manifest.</summary>
    Garnet,

    /// <summary>Debian's redis-server, if it is installed.</summary>
    Redis,
}
