namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>The servers that the scenarios run against.</summary>
public enum ServerKind
{
    /// <summary>garnet-server of the tool manifest: there wherever .NET is.</summary>
    Garnet,

    /// <summary>Debian's redis-server, where it is installed.</summary>
    Redis,
}
