using System.Collections.ObjectModel;

namespace Http.CircuitBreaker;

/// <summary>A circuit's state and counters at a point in time.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The circuit's key.</summary>
    public required CircuitKey Key { get; init; }

    /// <summary>A short, URL-safe identifier of the circuit, which is the same in every process.</summary>
    public string Id => Key.Id;

    /// <summary>The circuit's state. It stays <see cref="CircuitState.Open"/> after the break until the next call arrives.</summary>
    public required CircuitState State { get; init; }

    /// <summary>A number that increases with each state change, each reset and each time an isolated circuit is isolated again.</summary>
    public required int Epoch { get; init; }

    /// <summary>When the circuit entered its current state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the break or isolation ends; null if there is neither, or if the isolation lasts until a reset.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the break or isolation is over, so that the next call starts a probe.</summary>
    public bool ProbeDue { get; init; }

    /// <summary>The number of recent calls that determine the circuit's state, including <see cref="Overdue"/>.</summary>
    /// <remarks>
    /// For a closed circuit, these are the calls in the sampling window. For an open circuit, they are the calls that opened the circuit.
    /// For a half-open circuit, they are the probes or, during slow start, the calls in a window that is a tenth of
    /// <see cref="CircuitBreakerOptions.RecoveryDuration"/> long.
    /// </remarks>
    public long Total { get; init; }

    /// <summary>The number of failed calls in <see cref="Total"/>, including <see cref="Overdue"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// The number of calls that have been waiting for response headers for longer than
    /// <see cref="CircuitBreakerOptions.SlowCallDuration"/>; 0 if that option is off. The count may lag by up to a tenth of that duration.
    /// If the circuit opened because the host was <see cref="CircuitTransitionReason.Unresponsive"/>, this is instead the number of calls
    /// that were unanswered when it opened: all calls still waiting for response headers, however long they had waited, and calls canceled
    /// after a long wait.
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

    /// <summary>The number of calls that were sent in <see cref="CircuitBreakerMode.Observe"/> mode instead of being rejected.</summary>
    public long WouldHaveRejected { get; init; }

    /// <summary>The number of calls that succeeded since the circuit was created.</summary>
    public long TotalSucceeded { get; init; }

    /// <summary>The number of calls that failed since the circuit was created.</summary>
    public long TotalFailed { get; init; }

    /// <summary>The number of <see cref="CircuitOutcome.Ignored"/> calls since the circuit was created.</summary>
    public long TotalIgnored { get; init; }

    /// <summary>The last failure, for example <c>503</c>, <c>timeout</c> or <c>connection_error</c>; null if no call has failed.</summary>
    /// <remarks>The last failure is kept after the circuit closes or is reset.</remarks>
    public string? LastFailureReason { get; init; }

    /// <summary>
    /// How many times the circuit has opened since it was last healthy. A circuit is healthy once it has been closed for
    /// <see cref="CircuitBreakerOptions.SamplingDuration"/> with at least one success.
    /// </summary>
    public int ConsecutiveOpenings { get; init; }

    /// <summary>The number of instances whose reports opened the circuit; 0 if this instance's calls opened it or it is not open.</summary>
    public int RemoteInstances { get; init; }

    /// <summary>Why the circuit is isolated; null if it is not isolated or no reason was given.</summary>
    public string? IsolationReason { get; init; }

    /// <summary>The mode that applies to the next call.</summary>
    public CircuitBreakerMode Mode { get; init; }

    /// <summary>
    /// Why the last configuration reload failed; null if the reload succeeded. After a failure, the old settings stay in use.
    /// </summary>
    public string? ConfigurationError { get; init; }

    /// <summary>
    /// The settings in effect for this circuit, as option names and values in the same form as in appsettings.json. An option that is off
    /// has the text <c>null</c> as its value. Options that can be set only in code are not included.
    /// </summary>
    /// <value>Default: empty. All snapshots of a circuit share one dictionary until the settings are reloaded.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
