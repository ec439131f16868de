namespace Http.CircuitBreaker;

/// <summary>What is known about a circuit at one moment. Taking one never changes the circuit.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The circuit.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>A short, opaque, URL-safe name of the circuit, the same in every process.</summary>
    public string Id => Key.Id;

    /// <summary>The state. An open circuit stays <see cref="CircuitState.Open"/> after its break until a call arrives; see <see cref="ProbeDue"/>.</summary>
    public required CircuitState State { get; init; }

    /// <summary>The number of the state's phase: it grows with each change.</summary>
    public required int Epoch { get; init; }

    /// <summary>When the circuit entered its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the break or the isolation ends; null where there is none or it has no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the break or the isolation is over, so that the next call is a probe.</summary>
    public bool ProbeDue { get; init; }

    /// <summary>
    /// Calls with a result in the sampling window (closed), in the evidence that opened the circuit (open), or among the probes (half-open).
    /// Overdue calls are included.
    /// </summary>
    public long Total { get; init; }

    /// <summary>Failed calls among <see cref="Total"/>, overdue calls included.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// Calls that have been waiting for their headers for longer than <see cref="CircuitBreakerOptions.SlowCallDuration"/>; 0 if that is off. A
    /// call is counted at most a tenth of that duration late, whichever calls end before it.
    /// </summary>
    public long Overdue { get; init; }

    /// <summary><see cref="Failed"/> / <see cref="Total"/>, from 0 to 1; 0 without calls.</summary>
    public double FailureRatio { get; init; }

    /// <summary>
    /// The share of calls that is admitted, from 0 to 1: 1 while closed, a growing share during slow start
    /// (<see cref="CircuitBreakerOptions.RecoveryDuration"/>), otherwise 0.
    /// </summary>
    public double AdmittedShare { get; init; }

    /// <summary>Admitted calls that are waiting for their headers.</summary>
    public long InFlight { get; init; }

    /// <summary>Calls rejected since the circuit was created.</summary>
    public long Rejected { get; init; }

    /// <summary>Calls let through by <see cref="CircuitBreakerMode.Observe"/> that <see cref="CircuitBreakerMode.Enforce"/> would have rejected.</summary>
    public long WouldHaveRejected { get; init; }

    /// <summary>Calls that ended as a success since the circuit was created.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>Calls that ended as a failure since the circuit was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>Calls that ended without evidence since the circuit was created.</summary>
    public long TotalIgnored { get; init; }

    /// <summary>What the last failure was: a status code, <c>timeout</c>, <c>slow</c>, or the name of an error; null if there was none.</summary>
    public string? LastFailureReason { get; init; }

    /// <summary>Openings without evidence of health in between; each makes the next break longer.</summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>How many instances reported the failures that opened this circuit; 0 if its own calls opened it, or it is not open.</summary>
    public int RemoteInstances { get; init; }

    /// <summary>The reason given when the circuit was isolated; null unless it is isolated.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>The mode that holds for the next call.</summary>
    public CircuitBreakerMode Mode { get; init; }

    /// <summary>What is wrong with the configuration that was read last, while the one before it still holds; null if nothing is.</summary>
    public string? ConfigurationError { get; init; }
}
