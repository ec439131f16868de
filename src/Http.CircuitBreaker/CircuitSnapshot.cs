namespace Http.CircuitBreaker;

/// <summary>A circuit at one moment. Taking a snapshot does not change the circuit.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The key of the circuit.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>A short, opaque, URL-safe identifier of the circuit, the same in every process.</summary>
    public string Id => Key.Id;

    /// <summary>
    /// The state. After the break the circuit stays <see cref="CircuitState.Open"/> until a call arrives; see <see cref="ProbeDue"/>.
    /// </summary>
    public required CircuitState State { get; init; }

    /// <summary>The number of the current state. It increases with each change of the circuit.</summary>
    public required int Epoch { get; init; }

    /// <summary>When the circuit entered its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the break or isolation ends; null if there is none or it has no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the break or isolation is over, so that the next call starts a probe.</summary>
    public bool ProbeDue { get; init; }

    /// <summary>
    /// The number of calls, including <see cref="Overdue"/>: those of the sampling window (closed), those that opened the circuit (open),
    /// the probes, or the calls of the last tenth of slow start (half-open).
    /// </summary>
    public long Total { get; init; }

    /// <summary>The failed calls among <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// The calls that have been waiting for their response headers for longer than <see cref="CircuitBreakerOptions.SlowCallDuration"/>,
    /// counted at most a tenth of that duration late; 0 if the option is off.
    /// </summary>
    public long Overdue { get; init; }

    /// <summary><see cref="Failed"/> / <see cref="Total"/>, from 0 to 1; 0 without calls.</summary>
    public double FailureRatio { get; init; }

    /// <summary>
    /// The share of calls that is admitted, from 0 to 1: 1 while closed, an increasing share during slow start
    /// (<see cref="CircuitBreakerOptions.RecoveryDuration"/>), otherwise 0.
    /// </summary>
    public double AdmittedShare { get; init; }

    /// <summary>The admitted calls that are waiting for their response headers.</summary>
    public long InFlight { get; init; }

    /// <summary>The calls rejected since the circuit was created.</summary>
    public long Rejected { get; init; }

    /// <summary>
    /// The calls sent in <see cref="CircuitBreakerMode.Observe"/> that would have been rejected in
    /// <see cref="CircuitBreakerMode.Enforce"/>, since the circuit was created.
    /// </summary>
    public long WouldHaveRejected { get; init; }

    /// <summary>The calls that succeeded since the circuit was created.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>The calls that failed since the circuit was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>The calls that counted neither way (<see cref="CircuitOutcome.Ignored"/>) since the circuit was created.</summary>
    public long TotalIgnored { get; init; }

    /// <summary>The last failure: a status code, <c>timeout</c>, <c>slow</c>, or the name of an error; null if there was none.</summary>
    public string? LastFailureReason { get; init; }

    /// <summary>
    /// How often the circuit has opened without being healthy in between: closed for <see cref="CircuitBreakerOptions.SamplingDuration"/>
    /// with at least one success. The next break doubles with each of them, up to <see cref="CircuitBreakerOptions.MaxBreakDuration"/>.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>
    /// The number of instances that reported the failures that opened the circuit; 0 if its own calls opened it or it is not open.
    /// </summary>
    public int RemoteInstances { get; init; }

    /// <summary>The reason given for the isolation; null if the circuit is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>The mode that applies to the next call.</summary>
    public CircuitBreakerMode Mode { get; init; }

    /// <summary>
    /// Why the changed configuration of the client is invalid, so that the previous settings stay in force; null if it is valid.
    /// </summary>
    public string? ConfigurationError { get; init; }
}
