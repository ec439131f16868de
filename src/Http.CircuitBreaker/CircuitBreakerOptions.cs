namespace Http.CircuitBreaker;

/// <summary>The circuit breaker settings for one <see cref="HttpClient"/>.</summary>
/// <remarks>
/// Settings come from the <c>HttpCircuitBreaker</c> configuration section and from code. The settings are validated at startup, and all
/// errors are reported together. In the <c>Hosts</c> section of the configuration, each key is a host name or IP address without a scheme
/// or port. Write IPv6 addresses in brackets: <c>[::1]</c>, or <c>[____1]</c> in environment variables, where two underscores stand for a
/// colon. After a configuration reload, new thresholds apply to existing circuits immediately, and new break settings apply from the next
/// break.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether the circuit breaker rejects calls, only reports what it would reject, or is off.</summary>
    /// <value>Default: <see cref="CircuitBreakerMode.Enforce"/>.</value>
    public CircuitBreakerMode Mode { get; set; } = CircuitBreakerMode.Enforce;

    /// <summary>The share of failed calls in the sampling window that opens the circuit.</summary>
    /// <remarks>
    /// Null turns the ratio off. In that case, a call that exceeds <see cref="SlowCallDuration"/> counts as a failure only when it ends,
    /// not while it waits; the first failed probe reopens the circuit; and slow start fails if all calls in the most recent tenth of
    /// <see cref="RecoveryDuration"/> fail.
    /// </remarks>
    /// <value>Above 0, at most 1; null = off. Default: 0.5.</value>
    public double? FailureRatio { get; set; } = 0.5;

    /// <summary>The minimum number of calls in the sampling window before <see cref="FailureRatio"/> applies.</summary>
    /// <value>At least 1. Default: 10.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>
    /// The length of the sampling window. The window advances in steps of one tenth of its length, so the time it actually covers can be up
    /// to one tenth shorter. A reload that changes this value empties the window.
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
    /// The minimum time between the first and the last failure counted for <see cref="ConsecutiveFailures"/>. It keeps a brief restart of a
    /// host from opening the circuit of a busy client.
    /// </summary>
    /// <value>0 to 1 day. Default: 3 seconds.</value>
    public TimeSpan ConsecutiveFailuresDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a call may wait for response headers. A call that waits longer counts as a failure toward <see cref="FailureRatio"/>, even
    /// while it is still waiting. When this option is changed, calls already in flight count as slow only once they complete.
    /// </summary>
    /// <remarks>
    /// Uploads (<see cref="StreamContent"/> and <see cref="MultipartContent"/>) and gRPC calls without a deadline never count as slow: the
    /// host may send its headers only after the whole upload or with the first message of a stream.
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
    /// The timeout applies to every call, including uploads, long polls and gRPC streams, whose headers can take longer. Leave this option
    /// off for clients and hosts with such calls.
    /// </remarks>
    /// <value>100 milliseconds to 1 day; null = off. Default: null.</value>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>How long the circuit stays open before a probe is sent.</summary>
    /// <value>0.1 seconds to 1 day. Default: 1 second.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum length of a break, not including <see cref="BreakJitter"/>. Each break is twice as long as the one before. Breaks start
    /// at <see cref="BreakDuration"/> again once the circuit has stayed closed for <see cref="SamplingDuration"/> and a call has succeeded.
    /// A <c>Retry-After</c> time may exceed this maximum; <see cref="MaxRetryAfter"/> limits it.
    /// </summary>
    /// <value><see cref="BreakDuration"/> to 1 day; null = breaks do not double. Default: null.</value>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>
    /// The maximum random time added to a break, as a share of its length. It keeps instances from probing simultaneously. If a
    /// <c>Retry-After</c> time lengthens the break, the random time is still based on the original length.
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
    /// The number of probes after a break. The circuit reopens when the share of failed probes reaches <see cref="FailureRatio"/>, and
    /// closes as soon as the remaining probes cannot change that outcome. With 4 probes and a ratio of 0.5, two failures reopen the circuit
    /// and three successes close it. If the ratio is null, the first failed probe reopens the circuit.
    /// </summary>
    /// <value>1 to 100. Default: 1.</value>
    public int HalfOpenProbes { get; set; } = 1;

    /// <summary>
    /// The maximum time that a probe may wait for response headers. <see cref="SlowCallDuration"/> or <see cref="UnresponsiveDetection"/>
    /// can shorten it. A probe that waits longer counts as a failure, but only once the next call arrives.
    /// </summary>
    /// <remarks>
    /// If a probe exceeds this limit but its response arrives before the next call, the probe can still succeed and close the circuit. If
    /// the response has a success status code, its body need not be complete: the probe succeeds if the body is still arriving after 1
    /// second (or after <see cref="BreakDuration"/> or <see cref="ProbeTimeout"/>, if shorter).
    /// </remarks>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The path of the host's health check, such as <c>/health</c>. If set, the circuit breaker probes the host with its own <c>GET</c>
    /// requests instead of using application calls as probes.
    /// </summary>
    /// <remarks>
    /// The first call after the break is rejected and starts a probe in the background, which passes through the inner handlers. The probe
    /// succeeds only with a 2xx response whose body is complete, or is still arriving after 1 second (or after <see cref="BreakDuration"/>
    /// or <see cref="ProbeTimeout"/>, if shorter). A response such as 401, 403 or 404 causes one warning per circuit, because the path is
    /// probably wrong. This option has no effect in <see cref="CircuitBreakerMode.Observe"/> mode.
    /// </remarks>
    /// <value>A path that begins with a single slash; null = application calls are used as probes. Default: null.</value>
    public string? ProbePath { get; set; }

    /// <summary>
    /// How long slow start lasts. Slow start admits 1/1024 of the calls at first and doubles that share with each tenth of this time. The
    /// circuit reopens if the share of failed calls in the most recent tenth reaches <see cref="FailureRatio"/>.
    /// </summary>
    /// <remarks>
    /// Successful probes usually close the circuit without slow start. Slow start is used only if the last recovery was brief: calls
    /// succeeded at first, then all calls failed, and the circuit opened again within half of this time. If slow start itself fails after
    /// its first tenth, the next recovery also uses slow start.
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

    /// <summary>
    /// The number of leading path segments that form a circuit's name, so that each route has its own circuit within the
    /// <see cref="Scope"/>. With 2, a call to <c>/v1/chat/completions?x</c> uses the circuit <c>v1/chat</c>. Case is ignored. A call to
    /// <c>/</c> has no segments and uses the circuit of its scope. At most one of this option, <see cref="CircuitNameHeader"/> and
    /// <see cref="CircuitName"/> can be set. Changes take effect after a restart.
    /// </summary>
    /// <value>0 to 8; 0 = off. Default: 0.</value>
    public int PathSegments { get; set; }

    /// <summary>
    /// Gives each value of this request header, for example each tenant or model, its own circuit within the <see cref="Scope"/>. The value
    /// is the circuit's name; case is ignored. Logs and metrics show the names, so do not use a header with personal data or a secret.
    /// Headers with credentials, such as Authorization, are not allowed. Changes take effect after a restart.
    /// </summary>
    /// <value>A header field name (RFC 9110, section 5.1); null = off. Default: null.</value>
    public string? CircuitNameHeader { get; set; }

    /// <summary>
    /// The maximum number of circuit names that calls can create through <see cref="PathSegments"/> or <see cref="CircuitNameHeader"/>, not
    /// counting names in the <c>Circuits</c> section. At the maximum, no names are added until a restart, and calls with a new name use the
    /// circuit of their <see cref="Scope"/>. So do calls whose name is missing, exceeds 100 characters or is not printable ASCII.
    /// </summary>
    /// <value>At least 0; 0 = only the names in the configuration. Default: 100.</value>
    public int MaxCircuitNames { get; set; } = 100;

    /// <summary>What a rejected call returns or throws.</summary>
    /// <value>Default: <see cref="RejectionMode.Response"/>.</value>
    public RejectionMode RejectionMode { get; set; } = RejectionMode.Response;

    /// <summary>
    /// The maximum number of circuits for the client. At the limit, a new circuit replaces a circuit that has not been used recently. If no
    /// circuit can be replaced, calls to new hosts bypass the circuit breaker.
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
    /// Returns the circuit name for a request, or null to use <see cref="Scope"/>. A named circuit covers all hosts. Keep the number of
    /// names small, and do not use personal data as names. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<HttpRequestMessage, string?>? CircuitName { get; set; }

    /// <summary>
    /// Creates the response to a rejected call. The caller receives a new object with the status, headers and content of the response that
    /// the delegate returns. If the delegate returns null or throws, the built-in response is used. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Func<CircuitRejection, HttpRequestMessage, HttpResponseMessage?>? CreateRejection { get; set; }

    /// <summary>
    /// Called after each state change. The delegate receives a circuit's changes in order, one at a time. The HTTP call that caused the
    /// change waits for the delegate. For each client, only the delegate's first exception is logged. This option can be set only in code.
    /// </summary>
    /// <value>Default: null.</value>
    public Action<CircuitStateChange>? OnStateChange { get; set; }

    /// <summary>
    /// The client's <see cref="HttpClient.Timeout"/>, used to distinguish a timeout from a cancellation by the caller. Set this option for
    /// handlers created without <c>IHttpClientFactory</c>. This option can be set only in code.
    /// </summary>
    /// <remarks>If the timeout is unknown, calls that it cancels are ignored, unless they exceed <see cref="SlowCallDuration"/>.</remarks>
    /// <value>
    /// Above zero, or <see cref="Timeout.InfiniteTimeSpan"/> for no timeout; null = read from factory-created clients. Default: null.
    /// </value>
    public TimeSpan? ClientTimeout { get; set; }

    /// <summary>The position of the circuit breaker in the client's handler chain. This option can be set only in code.</summary>
    /// <value>Default: <see cref="HandlerPlacement.BeforeResilience"/>.</value>
    public HandlerPlacement Placement { get; set; } = HandlerPlacement.BeforeResilience;

    internal CircuitBreakerOptions Clone() => (CircuitBreakerOptions)MemberwiseClone();
}
