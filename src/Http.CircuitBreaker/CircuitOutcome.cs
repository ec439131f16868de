namespace Http.CircuitBreaker;

/// <summary>What a finished call says about the health of its host.</summary>
public enum CircuitOutcome
{
    /// <summary>The host served the call.</summary>
    Success,

    /// <summary>The host failed the call.</summary>
    Failure,

    /// <summary>The call says nothing about the host: its caller gave up, or the fault was the caller's own.</summary>
    Ignored,
}
