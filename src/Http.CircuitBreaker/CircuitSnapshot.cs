namespace Http.CircuitBreaker;

/// <summary>A circuit's state and counters at one moment.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The circuit's key.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>A short, URL-safe identifier of the circuit. It is the same in every process.</summary>
    public string Id => Key.Id;

    /// <summary>The circuit's state. It remains <see cref="CircuitState.Open"/> after the break until the next call arrives.</summary>
    public required CircuitState State { get; init; }

    /// <summary>A number that increases each time the circuit changes state.</summary>
    public required int Epoch { get; init; }

    /// <summary>When the circuit entered its current state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the break or isolation ends; null if there is neither, or if the isolation has no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the break or isolation is over, so that the next call starts a probe.</summary>
    public bool ProbeDue { get; init; }

    /// <summary>The number of recent calls on which the circuit's state depends, including <see cref="Overdue"/>.</summary>
    /// <remarks>
    /// For a closed circuit, these are the calls in the sampling window; for an open circuit, the calls that opened it. For a half-open
    /// circuit, they are the probes, or the calls in the most recent tenth of slow start.
    /// </remarks>
    public long Total { get; init; }

    /// <summary>The number of failed calls in <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// The number of calls that have waited for response headers for longer than <see cref="CircuitBreakerOptions.SlowCallDuration"/>,
    /// counted up to a tenth of that duration late; 0 if that option is off. If the circuit opened as
    /// <see cref="CircuitTransitionReason.Unresponsive"/>, this is the number of unanswered calls instead.
    /// </summary>
    public long Overdue { get; init; }

    /// <summary><see cref="Failed"/> divided by <see cref="Total"/>, from 0 to 1; 0 if there are no calls.</summary>
    public double FailureRatio { get; init; }

    /// <summary>The share of calls that are admitted: 1 while closed, increasing during slow start, otherwise 0.</summary>
    public double AdmittedShare { get; init; }

    /// <summary>The number of admitted calls that are waiting for response headers.</summary>
    public long InFlight { get; init; }

    /// <summary>The number of calls rejected since the circuit was created.</summary>
    public long Rejected { get; init; }

    /// <summary>The number of calls that were sent only because of <see cref="CircuitBreakerMode.Observe"/> mode.</summary>
    public long WouldHaveRejected { get; init; }

    /// <summary>The number of calls that succeeded since the circuit was created.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>The number of calls that failed since the circuit was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>The number of <see cref="CircuitOutcome.Ignored"/> calls since the circuit was created.</summary>
    public long TotalIgnored { get; init; }

    /// <summary>The last failure, for example <c>503</c>, <c>timeout</c> or <c>connection_error</c>; null if there was none.</summary>
    /// <remarks>It is kept after the circuit closes or is reset.</remarks>
    public string? LastFailureReason { get; init; }

    /// <summary>
    /// How many times the circuit has opened since it was last healthy. Healthy means closed for
    /// <see cref="CircuitBreakerOptions.SamplingDuration"/>, with at least one success since it closed.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>The number of instances whose reports opened the circuit; 0 if it is not open or was opened by its own calls.</summary>
    public int RemoteInstances { get; init; }

    /// <summary>Why the circuit is isolated; null if it is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>The mode that applies to the next call.</summary>
    public CircuitBreakerMode Mode { get; init; }

    /// <summary>Why the last configuration reload failed; null if it succeeded. After a failure, the old settings stay in use.</summary>
    public string? ConfigurationError { get; init; }
}
