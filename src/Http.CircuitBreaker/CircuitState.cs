namespace Http.CircuitBreaker;

/// <summary>The state of a circuit.</summary>
public enum CircuitState
{
    /// <summary>Every call passes and is judged.</summary>
    Closed,

    /// <summary>Calls are rejected without being sent, until the break is over.</summary>
    Open,

    /// <summary>The break is over; a limited number of calls pass as probes, the others are rejected.</summary>
    HalfOpen,

    /// <summary>Opened by hand: calls are rejected until the circuit is reset or the isolation ends.</summary>
    Isolated,
}
