namespace Http.CircuitBreaker;

/// <summary>The state and the counters of a circuit at one moment.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The key of the circuit.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>A short URL-safe identifier of the circuit. It is the same in every process.</summary>
    public string Id => Key.Id;

    /// <summary>The state. A circuit stays <see cref="CircuitState.Open"/> after its break until the next call.</summary>
    public required CircuitState State { get; init; }

    /// <summary>A number that increases with each state change of the circuit.</summary>
    public required int Epoch { get; init; }

    /// <summary>When the circuit entered its current state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the break or isolation ends; null if the circuit has neither, or the isolation has no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the break or isolation is over. The next call then starts a probe.</summary>
    public bool ProbeDue { get; init; }

    /// <summary>The number of recent calls that decide the state, including <see cref="Overdue"/>.</summary>
    /// <remarks>
    /// While closed, the calls in the sampling window. While open, the calls that opened the circuit. While half-open, the probes, or the
    /// calls in the last tenth of slow start.
    /// </remarks>
    public long Total { get; init; }

    /// <summary>The number of failed calls in <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// The number of calls that are still waiting for response headers after <see cref="CircuitBreakerOptions.SlowCallDuration"/>; 0 if
    /// that option is off. A call may be counted up to a tenth of the duration late.
    /// </summary>
    public long Overdue { get; init; }

    /// <summary><see cref="Failed"/> divided by <see cref="Total"/>, from 0 to 1; 0 if there are no calls.</summary>
    public double FailureRatio { get; init; }

    /// <summary>The share of calls that is admitted: 1 while closed, an increasing share during slow start, otherwise 0.</summary>
    public double AdmittedShare { get; init; }

    /// <summary>The number of admitted calls that are waiting for response headers.</summary>
    public long InFlight { get; init; }

    /// <summary>The number of calls rejected since the circuit was created.</summary>
    public long Rejected { get; init; }

    /// <summary>The number of calls that <see cref="CircuitBreakerMode.Observe"/> mode sent instead of rejecting.</summary>
    public long WouldHaveRejected { get; init; }

    /// <summary>The number of calls that succeeded since the circuit was created.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>The number of calls that failed since the circuit was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>The number of <see cref="CircuitOutcome.Ignored"/> calls since the circuit was created.</summary>
    public long TotalIgnored { get; init; }

    /// <summary>The last failure, for example <c>503</c>, <c>timeout</c> or <c>connection_error</c>; null if there was none.</summary>
    public string? LastFailureReason { get; init; }

    /// <summary>
    /// How often the circuit has opened since it was last healthy, that is, closed for
    /// <see cref="CircuitBreakerOptions.SamplingDuration"/> with at least one success.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>The number of instances whose reports opened the circuit; 0 if it is not open or its own calls opened it.</summary>
    public int RemoteInstances { get; init; }

    /// <summary>The reason for the isolation; null if the circuit is not isolated or has no reason.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>The mode that applies to the next call.</summary>
    public CircuitBreakerMode Mode { get; init; }

    /// <summary>Why the last configuration reload failed; null if it succeeded. The client keeps its previous settings.</summary>
    public string? ConfigurationError { get; init; }
}
