namespace Http.CircuitBreaker;

/// <summary>What the caller of a rejected call gets.</summary>
public enum RejectionMode
{
    /// <summary>A synthetic <c>503 Service Unavailable</c> response.</summary>
    Response,

    /// <summary>A <see cref="CircuitOpenException"/>.</summary>
    Exception,
}
