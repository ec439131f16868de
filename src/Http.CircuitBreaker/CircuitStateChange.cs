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

/// <summary>Why a circuit changed its state.</summary>
public enum CircuitTransitionReason
{
    /// <summary>The share of failed calls in the sampling window reached the failure ratio.</summary>
    FailureRatio,

    /// <summary>So many calls failed in a row.</summary>
    ConsecutiveFailures,

    /// <summary>Calls still waiting for their headers after the slow-call duration brought the share of failed calls to the failure ratio.</summary>
    OverdueCalls,

    /// <summary>A failure carried <c>Retry-After</c> and the options say to open on it.</summary>
    RetryAfter,

    /// <summary>The break, or a timed isolation, was over when a call arrived.</summary>
    BreakElapsed,

    /// <summary>Enough probes succeeded.</summary>
    ProbesSucceeded,

    /// <summary>Too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Too many probes failed, the last by not answering within its lease.</summary>
    ProbeTimeout,

    /// <summary>Slow start is complete.</summary>
    Recovered,

    /// <summary>Too many calls failed during slow start.</summary>
    RecoveryFailed,

    /// <summary>Isolated by hand.</summary>
    Isolated,

    /// <summary>Reset by hand.</summary>
    Reset,

    /// <summary>Another instance of the fleet made this change, or enough of them did.</summary>
    Remote,
}

/// <summary>One change of a circuit's state, with what is known about it at that moment.</summary>
public sealed record CircuitStateChange
{
    /// <summary>The circuit.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>The state that it left.</summary>
    public required CircuitState PreviousState { get; init; }

    /// <summary>The state that it entered.</summary>
    public required CircuitState State { get; init; }

    /// <summary>Why.</summary>
    public required CircuitTransitionReason Reason { get; init; }

    /// <summary>The number of the state's phase: it grows with each change, so a later change has a higher one.</summary>
    public required int Epoch { get; init; }

    /// <summary>How long the circuit was in the state that it left.</summary>
    public required TimeSpan PreviousDuration { get; init; }

    /// <summary>How long the break or the isolation will last; null where it has no end.</summary>
    public TimeSpan? BreakDuration { get; init; }

    /// <summary>Calls that the decision was made from: those of the sampling window, or the probes.</summary>
    public long Total { get; init; }

    /// <summary>Failed calls among <see cref="Total"/>, overdue ones included.</summary>
    public long Failed { get; init; }

    /// <summary>Calls among <see cref="Failed"/> that were still waiting for their headers.</summary>
    public long Overdue { get; init; }

    /// <summary>What the last failure was: a status code, <c>timeout</c>, <c>slow</c>, or the name of an error; null if there was none.</summary>
    public string? FailureReason { get; init; }

    /// <summary>How many openings without evidence of health in between this one is; 0 when the circuit closes.</summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>What was said when the circuit was isolated by hand.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>
    /// The <c>Retry-After</c> of the failure that opened the circuit, at most <see cref="CircuitBreakerOptions.MaxRetryAfter"/>; null if it had none.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the circuit was not closed; null unless it closes.</summary>
    public TimeSpan? OutageDuration { get; init; }

    /// <summary>Calls rejected since the circuit was last closed, or that would have been rejected in <see cref="CircuitBreakerMode.Observe"/>.</summary>
    public long Rejected { get; init; }

    /// <summary>How many instances of a fleet reported what opened the circuit; 0 if it opened by its own calls.</summary>
    public int RemoteInstances { get; init; }
}
