namespace Http.CircuitBreaker;

/// <summary>The state of a circuit.</summary>
public enum CircuitState
{
    /// <summary>Every call is sent and its result is counted.</summary>
    Closed,

    /// <summary>Calls are rejected without being sent until the break is over.</summary>
    Open,

    /// <summary>The break is over. A limited number of calls is sent, as probes or during slow start; the others are rejected.</summary>
    HalfOpen,

    /// <summary>Opened by hand. Calls are rejected until the circuit is reset or the isolation ends.</summary>
    Isolated,
}

/// <summary>Why a circuit changed its state.</summary>
public enum CircuitTransitionReason
{
    /// <summary>The share of failed calls in the sampling window reached <see cref="CircuitBreakerOptions.FailureRatio"/>.</summary>
    FailureRatio,

    /// <summary>
    /// <see cref="CircuitBreakerOptions.ConsecutiveFailures"/> calls failed in a row, over at least
    /// <see cref="CircuitBreakerOptions.ConsecutiveFailuresDuration"/>.
    /// </summary>
    ConsecutiveFailures,

    /// <summary>
    /// The failure ratio was reached with calls still waiting for their response headers after
    /// <see cref="CircuitBreakerOptions.SlowCallDuration"/>.
    /// </summary>
    OverdueCalls,

    /// <summary>The host has stopped answering; see <see cref="UnresponsiveDetection.Silence"/>.</summary>
    Unresponsive,

    /// <summary>A failed call had a <c>Retry-After</c> header and the option is <see cref="RetryAfterHandling.Open"/>.</summary>
    RetryAfter,

    /// <summary>A call arrived after the end of the break or of a timed isolation.</summary>
    BreakElapsed,

    /// <summary>The host answered a call sent before the circuit opened as <see cref="Unresponsive"/>.</summary>
    HostAnswered,

    /// <summary>Enough probes succeeded.</summary>
    ProbesSucceeded,

    /// <summary>Too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Too many probes failed, the last one by timeout.</summary>
    ProbeTimeout,

    /// <summary>Slow start is complete.</summary>
    Recovered,

    /// <summary>Too many calls failed during slow start.</summary>
    RecoveryFailed,

    /// <summary>Isolated by hand.</summary>
    Isolated,

    /// <summary>Reset by hand.</summary>
    Reset,

    /// <summary>Other instances of the application reported the change.</summary>
    Remote,
}

/// <summary>A change of a circuit's state, with the facts at that moment.</summary>
public sealed record CircuitStateChange
{
    /// <summary>The key of the circuit.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>The state before the change.</summary>
    public required CircuitState PreviousState { get; init; }

    /// <summary>The state after the change.</summary>
    public required CircuitState State { get; init; }

    /// <summary>The reason for the change.</summary>
    public required CircuitTransitionReason Reason { get; init; }

    /// <summary>The number of the new state. It increases with each change of the circuit.</summary>
    public required int Epoch { get; init; }

    /// <summary>How long the circuit was in the previous state.</summary>
    public required TimeSpan PreviousDuration { get; init; }

    /// <summary>The length of the break or isolation; null if there is none or it has no end.</summary>
    public TimeSpan? BreakDuration { get; init; }

    /// <summary>The number of calls behind the decision: those of the sampling window, the probes, or those of slow start.</summary>
    public long Total { get; init; }

    /// <summary>The failed calls among <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>The calls among <see cref="Failed"/> that were still waiting for their response headers.</summary>
    public long Overdue { get; init; }

    /// <summary>
    /// The last failure, if the circuit opened: a status code, <c>timeout</c>, <c>slow</c>, or the name of an error; null if there was
    /// none.
    /// </summary>
    public string? FailureReason { get; init; }

    /// <summary>
    /// How often the circuit has opened without being healthy in between: closed for <see cref="CircuitBreakerOptions.SamplingDuration"/>
    /// with at least one success. 0 when the circuit closes.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>The reason given for the isolation; null if the circuit is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>
    /// The <c>Retry-After</c> of the failure that opened the circuit, at most <see cref="CircuitBreakerOptions.MaxRetryAfter"/>; null if it
    /// had none.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the circuit was not closed; null unless the circuit closes.</summary>
    public TimeSpan? OutageDuration { get; init; }

    /// <summary>
    /// The calls rejected since the circuit was last closed, including those that <see cref="CircuitBreakerMode.Observe"/> sent instead of
    /// rejecting them.
    /// </summary>
    public long Rejected { get; init; }

    /// <summary>The number of instances that reported the failures that opened the circuit; 0 if its own calls opened it.</summary>
    public int RemoteInstances { get; init; }
}
