namespace Http.CircuitBreaker;

/// <summary>What one circuit of a client covers.</summary>
public enum CircuitScope
{
    /// <summary>One circuit for each origin: scheme, host and port (RFC 6454, section 4).</summary>
    Origin,

    /// <summary>One circuit for each host, whatever the scheme and port.</summary>
    Host,

    /// <summary>One circuit for the whole client.</summary>
    Client,
}
