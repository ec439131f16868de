namespace Http.CircuitBreaker;

/// <summary>The state of a circuit.</summary>
public enum CircuitState
{
    /// <summary>Every call is sent, and its result is counted.</summary>
    Closed,

    /// <summary>Calls are rejected without being sent until the break is over.</summary>
    Open,

    /// <summary>The break is over. Some calls are sent, as probes or during slow start; all others are rejected.</summary>
    HalfOpen,

    /// <summary>The circuit was isolated manually. Calls are rejected until it is reset or the isolation ends.</summary>
    Isolated,
}

/// <summary>The reason for a state change.</summary>
public enum CircuitTransitionReason
{
    /// <summary>The share of failed calls in the sampling window reached <see cref="CircuitBreakerOptions.FailureRatio"/>.</summary>
    FailureRatio,

    /// <summary>At least <see cref="CircuitBreakerOptions.ConsecutiveFailures"/> calls failed in a row.</summary>
    ConsecutiveFailures,

    /// <summary>The failure ratio was reached, and some of the calls counted as failed were still waiting for response headers.</summary>
    OverdueCalls,

    /// <summary>The host stopped answering; see <see cref="UnresponsiveDetection.Silence"/>.</summary>
    Unresponsive,

    /// <summary>A failed response had a <c>Retry-After</c> header; see <see cref="RetryAfterHandling.Open"/>.</summary>
    RetryAfter,

    /// <summary>A call arrived after the break or isolation had ended.</summary>
    BreakElapsed,

    /// <summary>The host, which had seemed <see cref="Unresponsive"/>, answered a call that was sent before the circuit opened.</summary>
    HostAnswered,

    /// <summary>Enough probes succeeded.</summary>
    ProbesSucceeded,

    /// <summary>Too many probes failed.</summary>
    ProbesFailed,

    /// <summary>Too many probes failed, and the last probe timed out.</summary>
    ProbeTimeout,

    /// <summary>Slow start is complete.</summary>
    Recovered,

    /// <summary>Too many calls failed during slow start.</summary>
    RecoveryFailed,

    /// <summary>The circuit was isolated manually.</summary>
    Isolated,

    /// <summary>The circuit was reset manually.</summary>
    Reset,

    /// <summary>Other instances of the application reported the change.</summary>
    Remote,
}

/// <summary>A change in a circuit's state, with its reason and the counters at that moment.</summary>
public sealed record CircuitStateChange
{
    /// <summary>The circuit's key.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>The state before the change.</summary>
    public required CircuitState PreviousState { get; init; }

    /// <summary>The state after the change.</summary>
    public required CircuitState State { get; init; }

    /// <summary>The reason for the change.</summary>
    public required CircuitTransitionReason Reason { get; init; }

    /// <summary>A number that increases with each state change, each reset and each time an isolated circuit is isolated again.</summary>
    public required int Epoch { get; init; }

    /// <summary>How long the circuit was in the previous state, excluding any time during which it was hidden from snapshots.</summary>
    /// <remarks>See <see cref="ICircuitRegistry.GetSnapshots"/> for when a circuit is hidden from snapshots.</remarks>
    public required TimeSpan PreviousDuration { get; init; }

    /// <summary>The length of the break or isolation; null if there is neither, or if the isolation lasts until a reset.</summary>
    public TimeSpan? BreakDuration { get; init; }

    /// <summary>
    /// The number of calls on which the change is based: the calls in the sampling window, the probes or, during slow start, the calls in a
    /// window that is a tenth of <see cref="CircuitBreakerOptions.RecoveryDuration"/> long.
    /// </summary>
    public long Total { get; init; }

    /// <summary>The number of failed calls in <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// The number of calls in <see cref="Failed"/> that were still waiting for response headers. If the reason is
    /// <see cref="CircuitTransitionReason.Unresponsive"/>, this includes calls that were canceled after waiting too long.
    /// </summary>
    public long Overdue { get; init; }

    /// <summary>The last failure, for example <c>503</c>, if the circuit opened; null otherwise.</summary>
    public string? FailureReason { get; init; }

    /// <summary>
    /// How many times the circuit has opened since it was last healthy; 0 if this change closes the circuit. A circuit is healthy once it
    /// has been closed for <see cref="CircuitBreakerOptions.SamplingDuration"/> with at least one success.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>Why the circuit is isolated; null if it is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>
    /// The <c>Retry-After</c> delay from the failure that opened the circuit, capped at <see cref="CircuitBreakerOptions.MaxRetryAfter"/>;
    /// null if there was none.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the circuit was not <see cref="CircuitState.Closed"/>; null unless this change closes it.</summary>
    public TimeSpan? OutageDuration { get; init; }

    /// <summary>The number of calls rejected, or sent only because of Observe mode, since the circuit was last closed.</summary>
    public long Rejected { get; init; }

    /// <summary>The number of application instances whose reports opened the circuit; 0 if this instance's own calls opened it.</summary>
    public int RemoteInstances { get; init; }
}
