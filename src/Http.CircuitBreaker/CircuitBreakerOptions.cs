namespace Http.CircuitBreaker;

/// <summary>The circuit breaker settings of one <see cref="HttpClient"/>.</summary>
/// <remarks>
/// The settings come from the configuration section <c>HttpCircuitBreaker</c> and from code. They are validated at startup, and all errors
/// are reported together. A configuration reload also applies to existing circuits: thresholds immediately, and break settings from the
/// next break on.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether the circuit breaker rejects calls, only reports them, or is off.</summary>
    /// <value>Default: <see cref="CircuitBreakerMode.Enforce"/>.</value>
    public CircuitBreakerMode Mode { get; set; } = CircuitBreakerMode.Enforce;

    /// <summary>The share of failed calls in the sampling window that opens the circuit.</summary>
    /// <remarks>
    /// If null, calls that are still waiting do not open the circuit at <see cref="SlowCallDuration"/>, the first failed probe reopens it,
    /// and slow start fails when all calls of its last tenth failed.
    /// </remarks>
    /// <value>Above 0, at most 1; null = off. Default: 0.5.</value>
    public double? FailureRatio { get; set; } = 0.5;

    /// <summary>The minimum number of calls in the sampling window before <see cref="FailureRatio"/> applies.</summary>
    /// <value>At least 1. Default: 10.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>The length of the sampling window. The window moves in steps of a tenth, so it may be up to a tenth shorter.</summary>
    /// <value>0.5 seconds to 1 day. Default: 30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of consecutive failures that opens the circuit, regardless of <see cref="FailureRatio"/>. The failures must span at least
    /// <see cref="ConsecutiveFailuresDuration"/>.
    /// </summary>
    /// <value>At least 1; null = off. Default: 10.</value>
    public int? ConsecutiveFailures { get; set; } = 10;

    /// <summary>
    /// The minimum time between the first and the last of the <see cref="ConsecutiveFailures"/>. It keeps a brief restart of the host from
    /// opening the circuit of a busy client.
    /// </summary>
    /// <value>0 to 1 day. Default: 3 seconds.</value>
    public TimeSpan ConsecutiveFailuresDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A call whose response headers take at least this long is a failure. <see cref="FailureRatio"/> counts it even while it is still
    /// waiting. A changed value applies to new calls.
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
    /// Cancels a call that has no response headers after this time and counts it as a failure. The call throws the same exception as after
    /// <see cref="HttpClient.Timeout"/>: a <see cref="TaskCanceledException"/> with an inner <see cref="TimeoutException"/>.
    /// </summary>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>How long the circuit stays open before a probe is sent.</summary>
    /// <value>0.1 seconds to 1 day. Default: 1 second.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum break, before jitter. Breaks double with each consecutive opening, and start again at <see cref="BreakDuration"/> after
    /// the circuit was closed for <see cref="SamplingDuration"/> with at least one success.
    /// </summary>
    /// <value><see cref="BreakDuration"/> to 1 day; null = breaks do not double. Default: null.</value>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>The maximum random extension of a break, as a share of its length, so that instances do not probe simultaneously.</summary>
    /// <value>0 to 1. Default: 0.1.</value>
    public double BreakJitter { get; set; } = 0.1;

    /// <summary>The effect of a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call.</summary>
    /// <value>Default: <see cref="RetryAfterHandling.Extend"/>.</value>
    public RetryAfterHandling RetryAfterHandling { get; set; } = RetryAfterHandling.Extend;

    /// <summary>The longest <c>Retry-After</c> time that is used. A longer one is reduced to this.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The number of probes after a break. The circuit reopens if the share of failed probes reaches <see cref="FailureRatio"/> (null: at
    /// the first failed probe), and otherwise closes, as soon as the outcome is decided.
    /// </summary>
    /// <value>1 to 100. Default: 1.</value>
    public int HalfOpenProbes { get; set; } = 1;

    /// <summary>The maximum duration of a probe. A probe that takes longer is a failure.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The path of a health check, such as <c>/health</c>. The circuit breaker then probes the host with its own <c>GET</c> requests and
    /// does not use the application's calls as probes.
    /// </summary>
    /// <remarks>
    /// The first call after the break is rejected and starts a probe in the background. The probe passes through the inner handlers and is
    /// cancelled after <see cref="ProbeTimeout"/>. The option has no effect in <see cref="CircuitBreakerMode.Observe"/> mode.
    /// </remarks>
    /// <value>Begins with a single slash; null = the application's calls are the probes. Default: null.</value>
    public string? ProbePath { get; set; }

    /// <summary>
    /// How long slow start lasts. Slow start admits 1/1024 of the calls at first, and twice as many in each further tenth of this time. The
    /// circuit reopens when the failures of the last tenth reach <see cref="FailureRatio"/>.
    /// </summary>
    /// <remarks>
    /// After successful probes, the circuit goes through slow start if the host failed soon after its last recovery: within half of this
    /// time, with at least one success and then only failures. A slow start that fails after its first tenth is repeated too.
    /// </remarks>
    /// <value>0.1 seconds to 1 day; null = off. Default: 20 seconds.</value>
    public TimeSpan? RecoveryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The status codes that are failures, as single codes (<c>"503"</c>), classes (<c>"5xx"</c>) or ranges (<c>"500-504"</c>). A list
    /// replaces the default. With an empty list, no status code is a failure.
    /// </summary>
    /// <value>Codes from 100 to 999; null = 408, 429 and 5xx. Default: null.</value>
    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    /// <summary>
    /// Whether a call fails if its response body is truncated, reset or stalls while it is read. If false, only the response headers are
    /// classified.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ObserveResponseBody { get; set; } = true;

    /// <summary>Which calls of the client share a circuit. A change takes effect after a restart.</summary>
    /// <value>Default: <see cref="CircuitScope.Origin"/>.</value>
    public CircuitScope Scope { get; set; } = CircuitScope.Origin;

    /// <summary>What a rejected call returns or throws.</summary>
    /// <value>Default: <see cref="RejectionMode.Response"/>.</value>
    public RejectionMode RejectionMode { get; set; } = RejectionMode.Response;

    /// <summary>
    /// The maximum number of circuits of the client. Beyond it, a new circuit replaces one that has not been used recently. If none can be
    /// replaced, calls to new hosts are sent without a circuit breaker and counted as bypassed.
    /// </summary>
    /// <value>At least 1. Default: 10,000.</value>
    public int MaxCircuits { get; set; } = 10_000;

    /// <summary>
    /// Classifies a completed call. If the delegate returns null or throws, the built-in rules apply. An exception is logged once per
    /// circuit. Can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CompletedCall, CircuitOutcome?>? Classify { get; set; }

    /// <summary>
    /// Returns the name of the circuit for a request, or null to use <see cref="Scope"/>. Keep the number of names small, and do not use
    /// personal data. Can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<HttpRequestMessage, string?>? CircuitName { get; set; }

    /// <summary>
    /// Creates the response of a rejected call. If the delegate returns null or throws, the built-in response is used. The caller gets a
    /// copy of the response that takes over its content. Can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CircuitRejection, HttpRequestMessage, HttpResponseMessage?>? CreateRejection { get; set; }

    /// <summary>
    /// Called after each state change of a circuit, in order. The call that caused the change waits for the delegate. Exceptions are logged
    /// once per circuit. Can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Action<CircuitStateChange>? OnStateChange { get; set; }

    /// <summary>
    /// The <see cref="HttpClient.Timeout"/> of the client, to distinguish a timeout from a cancellation by the caller. Set it for a handler
    /// created without <c>IHttpClientFactory</c>. Can be set only in code.
    /// </summary>
    /// <remarks>If the timeout is not known, cancelled calls count neither as a success nor as a failure.</remarks>
    /// <value>
    /// Above zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no timeout; null = the timeout of the factory's client. Default: null.
    /// </value>
    public TimeSpan? ClientTimeout { get; set; }

    /// <summary>Where the circuit breaker is in the handler chain of the client. Can be set only in code.</summary>
    /// <value>Default: <see cref="HandlerPlacement.BeforeResilience"/>.</value>
    public HandlerPlacement Placement { get; set; } = HandlerPlacement.BeforeResilience;

    internal CircuitBreakerOptions Clone() => (CircuitBreakerOptions)MemberwiseClone();
}
