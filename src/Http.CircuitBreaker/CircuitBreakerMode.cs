namespace Http.CircuitBreaker;

/// <summary>How far a circuit breaker may go.</summary>
public enum CircuitBreakerMode
{
    /// <summary>Judges calls and rejects them while a circuit is open.</summary>
    Enforce,

    /// <summary>Judges, transitions and reports like <see cref="Enforce"/>, but lets every call through: a dry run.</summary>
    Observe,

    /// <summary>Passes every call through unjudged.</summary>
    Disabled,
}
