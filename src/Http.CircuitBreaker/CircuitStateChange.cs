namespace Http.CircuitBreaker;

/// <summary>The state of a circuit.</summary>
public enum CircuitState
{
    /// <summary>Every call is sent, and its result is counted.</summary>
    Closed,

    /// <summary>Calls are rejected without being sent until the break is over.</summary>
    Open,

    /// <summary>The break is over. Some calls are sent as probes or during slow start; the others are rejected.</summary>
    HalfOpen,

    /// <summary>The circuit was isolated by hand. Calls are rejected until it is reset or the isolation ends.</summary>
    Isolated,
}

/// <summary>The reason for a state change.</summary>
public enum CircuitTransitionReason
{
    /// <summary>The share of failed calls in the sampling window reached <see cref="CircuitBreakerOptions.FailureRatio"/>.</summary>
    FailureRatio,

    /// <summary>At least <see cref="CircuitBreakerOptions.ConsecutiveFailures"/> calls failed in a row.</summary>
    ConsecutiveFailures,

    /// <summary>Like <see cref="FailureRatio"/>, but some of the failed calls were still waiting for response headers.</summary>
    OverdueCalls,

    /// <summary>The host has stopped answering; see <see cref="UnresponsiveDetection.Silence"/>.</summary>
    Unresponsive,

    /// <summary>A failed call had a <c>Retry-After</c> header, and its handling is <see cref="RetryAfterHandling.Open"/>.</summary>
    RetryAfter,

    /// <summary>A call arrived after the break or the isolation was over.</summary>
    BreakElapsed,

    /// <summary>The host answered a call sent before the circuit opened as <see cref="Unresponsive"/>.</summary>
    HostAnswered,

    /// <summary>Enough probes succeeded.</summary>
    ProbesSucceeded,

    /// <summary>Too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Too many probes failed, and the last one timed out.</summary>
    ProbeTimeout,

    /// <summary>Slow start is complete.</summary>
    Recovered,

    /// <summary>Too many calls failed during slow start.</summary>
    RecoveryFailed,

    /// <summary>The circuit was isolated by hand.</summary>
    Isolated,

    /// <summary>The circuit was reset by hand.</summary>
    Reset,

    /// <summary>Other instances of the application reported the change.</summary>
    Remote,
}

/// <summary>A state change of a circuit, with its reason and the counters at that moment.</summary>
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

    /// <summary>A number that increases with each state change of the circuit.</summary>
    public required int Epoch { get; init; }

    /// <summary>How long the circuit was in the previous state, without the time for which it was gone.</summary>
    /// <remarks>See <see cref="ICircuitRegistry.GetSnapshots"/>.</remarks>
    public required TimeSpan PreviousDuration { get; init; }

    /// <summary>The length of the break or isolation; null if there is neither, or the isolation has no end.</summary>
    public TimeSpan? BreakDuration { get; init; }

    /// <summary>The number of calls that decided the change, from the sampling window, the probes or slow start.</summary>
    public long Total { get; init; }

    /// <summary>The number of failed calls in <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>The number of calls in <see cref="Failed"/> that were still waiting for response headers.</summary>
    public long Overdue { get; init; }

    /// <summary>The last failure, for example <c>503</c>, if the circuit opened; null otherwise.</summary>
    public string? FailureReason { get; init; }

    /// <summary>
    /// How often the circuit has opened since it was last healthy, that is, closed for
    /// <see cref="CircuitBreakerOptions.SamplingDuration"/> with at least one success. 0 when the circuit closes.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>The reason for the isolation; null if the circuit is not isolated or has no reason.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>
    /// The <c>Retry-After</c> time of the failure that opened the circuit, at most <see cref="CircuitBreakerOptions.MaxRetryAfter"/>; null
    /// if there was none.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the circuit was not <see cref="CircuitState.Closed"/>; null unless it closes now.</summary>
    public TimeSpan? OutageDuration { get; init; }

    /// <summary>The number of calls rejected since the circuit was last closed, including the calls that Observe mode sent.</summary>
    public long Rejected { get; init; }

    /// <summary>The number of instances whose reports opened the circuit; 0 if its own calls opened it.</summary>
    public int RemoteInstances { get; init; }
}
