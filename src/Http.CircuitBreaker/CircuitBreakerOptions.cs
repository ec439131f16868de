namespace Http.CircuitBreaker;

/// <summary>The settings of the circuit breaker of one <see cref="HttpClient"/>.</summary>
/// <remarks>
/// The settings come from the configuration section <c>HttpCircuitBreaker</c> and from code. Validation at startup reports all errors
/// together. A reload also applies to existing circuits: thresholds from the next decision, break settings from the next opening. A change
/// of <see cref="Scope"/> requires a restart.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether the circuit breaker rejects calls, only reports, or does nothing.</summary>
    /// <value>Default: <see cref="CircuitBreakerMode.Enforce"/>.</value>
    public CircuitBreakerMode Mode { get; set; } = CircuitBreakerMode.Enforce;

    /// <summary>The circuit opens when the share of failed calls in the sampling window is at least this.</summary>
    /// <value>Above 0, at most 1. Default: 0.5.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>The number of calls that the sampling window must contain before <see cref="FailureRatio"/> applies.</summary>
    /// <value>At least 1. Default: 10.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>The length of the rolling window. It advances by tenths, so it covers 0.9 to 1.0 of this duration.</summary>
    /// <value>0.5 seconds to 1 day. Default: 30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of consecutive failures that opens the circuit, regardless of <see cref="FailureRatio"/> and of the time between the
    /// failures, if they span at least <see cref="ConsecutiveFailuresDuration"/>.
    /// </summary>
    /// <value>At least 1; null = off. Default: 10.</value>
    public int? ConsecutiveFailures { get; set; } = 10;

    /// <summary>
    /// The minimum time from the first to the last of the <see cref="ConsecutiveFailures"/>. Without it, a busy client would open the
    /// circuit each time a host restarts, because ten calls can fail within milliseconds.
    /// </summary>
    /// <value>0 to 1 day. Default: 3 seconds.</value>
    public TimeSpan ConsecutiveFailuresDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A call that takes at least this long to its response headers is a failure. A call that is still waiting counts too, at most a tenth
    /// of this duration late. A reload that changes the value applies to calls that start afterwards.
    /// </summary>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? SlowCallDuration { get; set; }

    /// <summary>
    /// Whether the circuit opens because its host has stopped answering. How long the host usually takes is learned from its answers, so
    /// no timeout has to be configured.
    /// </summary>
    /// <value>Default: <see cref="UnresponsiveDetection.Silence"/>.</value>
    public UnresponsiveDetection UnresponsiveDetection { get; set; } = UnresponsiveDetection.Silence;

    /// <summary>
    /// Cancels a call that has no response headers after this time and counts it as a failure. The caller gets the same exception as after
    /// <see cref="HttpClient.Timeout"/>: a <see cref="TaskCanceledException"/> with an inner <see cref="TimeoutException"/>.
    /// </summary>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>How long the circuit stays open before the next probe. <see cref="MaxBreakDuration"/> lets repeated breaks grow.</summary>
    /// <value>0.1 seconds to 1 day. Default: 1 second.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The limit, before jitter, up to which breaks double with each consecutive opening. The breaks start again at
    /// <see cref="BreakDuration"/> after the circuit was closed for <see cref="SamplingDuration"/> with at least one success.
    /// </summary>
    /// <value><see cref="BreakDuration"/> to 1 day; null = breaks do not grow. Default: null.</value>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>A break is extended at random by up to this share of its length, so that instances do not probe simultaneously.</summary>
    /// <value>0 to 1. Default: 0.1.</value>
    public double BreakJitter { get; set; } = 0.1;

    /// <summary>The effect of a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call.</summary>
    /// <value>Default: <see cref="RetryAfterHandling.Extend"/>.</value>
    public RetryAfterHandling RetryAfterHandling { get; set; } = RetryAfterHandling.Extend;

    /// <summary>The longest <c>Retry-After</c> that is applied. A longer one is reduced to this.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The number of probes while half-open. The circuit closes or reopens by <see cref="FailureRatio"/> as soon as the outcome is decided.
    /// </summary>
    /// <value>1 to 100. Default: 1.</value>
    public int HalfOpenProbes { get; set; } = 1;

    /// <summary>The longest time that a probe may take. A probe without a result by then is a failure.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The path of a health check, such as <c>/health</c>. The circuit breaker then probes the host with its own <c>GET</c> requests
    /// instead of with callers' calls.
    /// </summary>
    /// <remarks>
    /// The first call after the break is rejected and starts the probe. It runs in the background, through the handlers below the circuit
    /// breaker, and is cancelled after <see cref="ProbeTimeout"/>. In <see cref="CircuitBreakerMode.Observe"/> this option has no effect.
    /// </remarks>
    /// <value>Begins with a single slash; null = callers' calls are the probes. Default: null.</value>
    public string? ProbePath { get; set; }

    /// <summary>
    /// How long slow start lasts. It admits a share of the calls that doubles with each tenth of this time, from 1/1024 to all calls. The
    /// circuit reopens when the calls of the last tenth reach <see cref="FailureRatio"/>.
    /// </summary>
    /// <remarks>
    /// Slow start follows successful probes if the host failed soon after its last recovery: within half of this time, with at least one
    /// success and then only failures. It also follows a slow start that failed after its first tenth.
    /// </remarks>
    /// <value>0.1 seconds to 1 day; null = off. Default: 20 seconds.</value>
    public TimeSpan? RecoveryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The status codes that are failures: codes (<c>"503"</c>), classes (<c>"5xx"</c>) and ranges (<c>"500-504"</c>). A list replaces the
    /// default. With an empty list no status code is a failure.
    /// </summary>
    /// <value>Codes from 100 to 999; null = 408, 429 and 5xx. Default: null.</value>
    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    /// <summary>
    /// Whether a response body that is truncated, reset or stalls while it is read is a failure. If false, the response headers alone
    /// decide.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ObserveResponseBody { get; set; } = true;

    /// <summary>What one circuit covers. A change requires a restart.</summary>
    /// <value>Default: <see cref="CircuitScope.Origin"/>.</value>
    public CircuitScope Scope { get; set; } = CircuitScope.Origin;

    /// <summary>What the caller of a rejected call gets.</summary>
    /// <value>Default: <see cref="RejectionMode.Response"/>.</value>
    public RejectionMode RejectionMode { get; set; } = RejectionMode.Response;

    /// <summary>
    /// The maximum number of circuits of this client. A new circuit evicts one that has not been called lately. If none can be evicted,
    /// calls to new hosts are sent without a circuit and counted as bypassed.
    /// </summary>
    /// <value>At least 1. Default: 10,000.</value>
    public int MaxCircuits { get; set; } = 10_000;

    /// <summary>
    /// Classifies a completed call before the built-in rules; null leaves the call to them. If the delegate throws, the exception is logged
    /// once per circuit and the built-in rules apply. It can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CompletedCall, CircuitOutcome?>? Classify { get; set; }

    /// <summary>
    /// Returns the name of the circuit for a request; null leaves it to <see cref="Scope"/>. Keep the number of names bounded, and do not
    /// include personal data. It can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<HttpRequestMessage, string?>? CircuitName { get; set; }

    /// <summary>
    /// Creates the response of a rejected call. If the delegate returns null or throws, the built-in response is used. The content of the
    /// returned response is moved to the response that the caller gets. It can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CircuitRejection, HttpRequestMessage, HttpResponseMessage?>? CreateRejection { get; set; }

    /// <summary>
    /// Called after each change of state, in order per circuit, on the call that caused the change, which is delayed meanwhile. An
    /// exception is logged once per circuit. It can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Action<CircuitStateChange>? OnStateChange { get; set; }

    /// <summary>
    /// The <see cref="HttpClient.Timeout"/> of the client, which distinguishes a timeout from a cancellation by the caller. Set it for a
    /// handler that was created without <c>IHttpClientFactory</c>. It can be set only in code.
    /// </summary>
    /// <remarks>If the timeout is not known, cancelled calls count neither way.</remarks>
    /// <value>
    /// Above zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no timeout; null = read from the client of the factory. Default: null.
    /// </value>
    public TimeSpan? ClientTimeout { get; set; }

    /// <summary>The position of the circuit breaker among the handlers of a client. Set it in code.</summary>
    /// <value>Default: <see cref="HandlerPlacement.BeforeResilience"/>.</value>
    public HandlerPlacement Placement { get; set; } = HandlerPlacement.BeforeResilience;

    internal CircuitBreakerOptions Clone() => (CircuitBreakerOptions)MemberwiseClone();
}
