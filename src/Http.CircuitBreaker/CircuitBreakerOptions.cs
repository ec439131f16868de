namespace Http.CircuitBreaker;

/// <summary>The circuit breaker settings for one <see cref="HttpClient"/>.</summary>
/// <remarks>
/// Settings come from the <c>HttpCircuitBreaker</c> configuration section and from code. They are validated at startup, and all errors are
/// reported together. A key in the <c>Hosts</c> section is a host without scheme and port. An IPv6 address is in brackets: <c>[::1]</c>, or
/// <c>[____1]</c> in environment variables, where two underscores stand for a colon. After a configuration reload, existing circuits use
/// new thresholds immediately and new break settings from the next break on.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether the circuit breaker rejects calls, only reports what it would reject, or is off.</summary>
    /// <value>Default: <see cref="CircuitBreakerMode.Enforce"/>.</value>
    public CircuitBreakerMode Mode { get; set; } = CircuitBreakerMode.Enforce;

    /// <summary>The share of failed calls in the sampling window that opens the circuit.</summary>
    /// <remarks>
    /// If null, the ratio is off. A call that exceeds <see cref="SlowCallDuration"/> then counts only when it ends. The first failed probe
    /// reopens the circuit. Slow start fails when all calls in the last tenth of <see cref="RecoveryDuration"/> have failed.
    /// </remarks>
    /// <value>Above 0, at most 1; null = off. Default: 0.5.</value>
    public double? FailureRatio { get; set; } = 0.5;

    /// <summary>The minimum number of calls in the sampling window before <see cref="FailureRatio"/> applies.</summary>
    /// <value>At least 1. Default: 10.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>
    /// The length of the sampling window. The window advances in steps of one tenth, so it may be up to one tenth shorter. A reload that
    /// changes this value empties the window.
    /// </summary>
    /// <value>0.5 seconds to 1 day. Default: 30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of consecutive failures that opens the circuit, regardless of <see cref="FailureRatio"/>. The failures must span at least
    /// <see cref="ConsecutiveFailuresDuration"/>.
    /// </summary>
    /// <value>At least 1; null = off. Default: 10.</value>
    public int? ConsecutiveFailures { get; set; } = 10;

    /// <summary>
    /// The minimum time from the first to the last of the <see cref="ConsecutiveFailures"/>. It prevents a brief host restart from opening
    /// a busy client's circuit.
    /// </summary>
    /// <value>0 to 1 day. Default: 3 seconds.</value>
    public TimeSpan ConsecutiveFailuresDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a call may wait for response headers before it counts as a failure toward <see cref="FailureRatio"/>, even if it is still
    /// waiting. After a change of this option, calls already in flight count as slow only when they complete.
    /// </summary>
    /// <remarks>
    /// Uploads (<see cref="StreamContent"/> and <see cref="MultipartContent"/>) and gRPC calls without a deadline are never slow, because
    /// their headers may wait for the caller or for the first message of a stream.
    /// </remarks>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? SlowCallDuration { get; set; }

    /// <summary>
    /// Whether the circuit opens when its host stops answering. Response times are learned, so no timeout has to be configured.
    /// </summary>
    /// <value>Default: <see cref="UnresponsiveDetection.Silence"/>.</value>
    public UnresponsiveDetection UnresponsiveDetection { get; set; } = UnresponsiveDetection.Silence;

    /// <summary>
    /// How long a call may wait for response headers before it is canceled and counts as a failure. The call throws the same exception as
    /// for <see cref="HttpClient.Timeout"/>: a <see cref="TaskCanceledException"/> with an inner <see cref="TimeoutException"/>.
    /// </summary>
    /// <remarks>
    /// This applies to every call, so it also cancels an upload, a long poll or a gRPC stream whose headers take longer. Leave it off for
    /// clients and hosts with such calls.
    /// </remarks>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>How long the circuit stays open before a probe is sent.</summary>
    /// <value>0.1 seconds to 1 day. Default: 1 second.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum length of a break, before jitter and <c>Retry-After</c>. Breaks double with each consecutive opening. They start over at
    /// <see cref="BreakDuration"/> after the circuit has been closed for <see cref="SamplingDuration"/> with at least one success. A
    /// <c>Retry-After</c> time may be longer; <see cref="MaxRetryAfter"/> limits it.
    /// </summary>
    /// <value><see cref="BreakDuration"/> to 1 day; null = breaks do not double. Default: null.</value>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>
    /// The maximum random extension of a break, so that instances do not probe simultaneously. It is a share of the break's length before
    /// <c>Retry-After</c>.
    /// </summary>
    /// <value>0 to 1. Default: 0.1.</value>
    public double BreakJitter { get; set; } = 0.1;

    /// <summary>How a <c>Retry-After</c> header (RFC 9110, section 10.2.3) in a failed response is handled.</summary>
    /// <value>Default: <see cref="RetryAfterHandling.Extend"/>.</value>
    public RetryAfterHandling RetryAfterHandling { get; set; } = RetryAfterHandling.Extend;

    /// <summary>
    /// The maximum <c>Retry-After</c> time, regardless of <see cref="MaxBreakDuration"/>. Longer times are reduced to this value.
    /// </summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The number of probes after a break. The circuit reopens as soon as the failed probes reach <see cref="FailureRatio"/>, and closes as
    /// soon as they can no longer reach it. If <see cref="FailureRatio"/> is null, the first failed probe reopens the circuit.
    /// </summary>
    /// <value>1 to 100. Default: 1.</value>
    public int HalfOpenProbes { get; set; } = 1;

    /// <summary>
    /// How long a probe may wait for response headers. A probe that takes longer counts as a failure when the next call arrives. A probe
    /// with good headers counts as a success if its body is still being received after 1 second, <see cref="BreakDuration"/> or this time,
    /// whichever is shortest.
    /// </summary>
    /// <remarks>If such a probe succeeds before the next call arrives, the circuit closes.</remarks>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The path of the host's health check, such as <c>/health</c>. If set, the circuit breaker probes the host with its own <c>GET</c>
    /// requests instead of using application calls as probes.
    /// </summary>
    /// <remarks>
    /// The first call after the break is rejected and starts a probe in the background. The probe passes through the inner handlers. It
    /// succeeds only with a 2xx response whose body arrives, or is still being received after at most 1 second; any other result is a
    /// failure. A response such as 401, 403 or 404 is logged once per circuit as a warning, because the path is probably wrong. This option
    /// has no effect in <see cref="CircuitBreakerMode.Observe"/> mode.
    /// </remarks>
    /// <value>A path that begins with a single slash; null = application calls are used as probes. Default: null.</value>
    public string? ProbePath { get; set; }

    /// <summary>
    /// How long slow start lasts. Slow start admits 1/1024 of the calls at first and doubles that share with each tenth of this time. The
    /// circuit reopens if the failures in the most recent tenth reach <see cref="FailureRatio"/>.
    /// </summary>
    /// <remarks>
    /// After successful probes, the circuit goes through slow start only if the host failed soon after its last recovery: within half of
    /// this time, with at least one success and then only failures. Slow start is also repeated if it fails after its first tenth.
    /// </remarks>
    /// <value>0.1 seconds to 1 day; null = off. Default: 20 seconds.</value>
    public TimeSpan? RecoveryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The status codes that count as failures, as single codes (<c>"503"</c>), classes (<c>"5xx"</c>) or ranges (<c>"500-504"</c>). A list
    /// replaces the default. With an empty list, no status code counts as a failure.
    /// </summary>
    /// <value>Codes from 100 to 999; null = 408, 429 and 5xx. Default: null.</value>
    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    /// <summary>
    /// The gRPC status codes that count as failures, in the headers or the trailers of a reply, as single codes (<c>"14"</c>) or ranges
    /// (<c>"13-15"</c>). A list replaces the default. With an empty list, no gRPC status counts as a failure.
    /// </summary>
    /// <value>
    /// Codes from 1 to 16; null = 2 (unknown, which servers send for an unhandled exception), 4 (deadline exceeded), 8 (resource
    /// exhausted), 13 (internal), 14 (unavailable) and 15 (data loss). Default: null.
    /// </value>
    public IReadOnlyList<string>? FailureGrpcStatusCodes { get; set; }

    /// <summary>
    /// Whether a call counts as a failure if its response body is truncated or reset, or stalls while being read. If false, only the
    /// response headers are classified.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ObserveResponseBody { get; set; } = true;

    /// <summary>Which of the client's calls share a circuit. Changes take effect after a restart.</summary>
    /// <value>Default: <see cref="CircuitScope.Origin"/>.</value>
    public CircuitScope Scope { get; set; } = CircuitScope.Origin;

    /// <summary>What a rejected call returns or throws.</summary>
    /// <value>Default: <see cref="RejectionMode.Response"/>.</value>
    public RejectionMode RejectionMode { get; set; } = RejectionMode.Response;

    /// <summary>
    /// The maximum number of circuits for the client. At the limit, a new circuit replaces one that has not been used recently. If none can
    /// be replaced, calls to new hosts bypass the circuit breaker.
    /// </summary>
    /// <value>At least 1. Default: 10,000.</value>
    public int MaxCircuits { get; set; } = 10_000;

    /// <summary>
    /// Classifies a completed call. If the delegate returns null or throws, the built-in rules apply. Exceptions are logged once per
    /// circuit. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CompletedCall, CircuitOutcome?>? Classify { get; set; }

    /// <summary>
    /// Returns the circuit name for a request, or null to use <see cref="Scope"/>. Keep the number of names small, and do not use personal
    /// data as names. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<HttpRequestMessage, string?>? CircuitName { get; set; }

    /// <summary>
    /// Creates the response to a rejected call. If the delegate returns null or throws, the built-in response is used. The caller receives
    /// a new response with the same status, headers and content. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CircuitRejection, HttpRequestMessage, HttpResponseMessage?>? CreateRejection { get; set; }

    /// <summary>
    /// Called after each state change, one at a time and in order for each circuit. The HTTP call that caused the change waits for the
    /// delegate. The first exception is logged. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Action<CircuitStateChange>? OnStateChange { get; set; }

    /// <summary>
    /// The client's <see cref="HttpClient.Timeout"/>, used to tell a timeout from a cancellation by the caller. Set it for handlers created
    /// without <c>IHttpClientFactory</c>. This option can be set only in code.
    /// </summary>
    /// <remarks>If the timeout is unknown, calls that it cancels are ignored, unless they exceed <see cref="SlowCallDuration"/>.</remarks>
    /// <value>
    /// Above zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no timeout; null = the timeout of the factory's client. Default: null.
    /// </value>
    public TimeSpan? ClientTimeout { get; set; }

    /// <summary>The position of the circuit breaker in the client's handler chain. This option can be set only in code.</summary>
    /// <value>Default: <see cref="HandlerPlacement.BeforeResilience"/>.</value>
    public HandlerPlacement Placement { get; set; } = HandlerPlacement.BeforeResilience;

    /// <summary>The complete options for each host and port, read when the options are validated. A null port means all ports.</summary>
    internal IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions>? Hosts { get; set; }

    internal CircuitBreakerOptions Clone() => (CircuitBreakerOptions)MemberwiseClone();
}
