namespace Http.CircuitBreaker;

/// <summary>Settings of the circuit breaker of one <see cref="HttpClient"/>.</summary>
/// <remarks>
/// Read from the section <c>HttpCircuitBreaker</c> of the configuration, and from delegates. Values out of range are reported together when
/// the application starts. A change of the configuration holds for living circuits: thresholds from the next decision, break settings from
/// the next opening; <see cref="Scope"/> needs a restart.
/// </remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>How far the circuit breaker may go.</summary>
    /// <value>Default: <see cref="CircuitBreakerMode.Enforce"/>.</value>
    public CircuitBreakerMode Mode { get; set; } = CircuitBreakerMode.Enforce;

    /// <summary>The share of failed calls in the sampling window that opens the circuit, compared with "at least".</summary>
    /// <value>Above 0, at most 1. Default: 0.5.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How many calls the sampling window must hold before the failure ratio is looked at.</summary>
    /// <value>At least 1. Default: 10.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>How far back the rolling window looks: a call counts for at least 0.9 and at most 1.0 of it.</summary>
    /// <value>0.5 seconds to 1 day. Default: 30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many failures in a row open the circuit, whatever the ratio and however far apart they are, once the row has lasted for
    /// <see cref="ConsecutiveFailuresDuration"/>; null = off.
    /// </summary>
    /// <value>At least 1. Default: 10.</value>
    public int? ConsecutiveFailures { get; set; } = 10;

    /// <summary>
    /// How long a row of failures must have lasted, from its first to its last, before <see cref="ConsecutiveFailures"/> opens the circuit: a
    /// busy client has ten failures in a row within moments, also when a host only restarts.
    /// </summary>
    /// <value>0 to 1 day. Default: 3 seconds.</value>
    public TimeSpan ConsecutiveFailuresDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A call that takes at least that long to its headers is a failure, also while it still waits; null = latency is not judged.
    /// </summary>
    /// <value>100 milliseconds to 1 day. Default: null.</value>
    public TimeSpan? SlowCallDuration { get; set; }

    /// <summary>
    /// Cancels a call that has no headers after that time and counts it as a failure. The caller gets what
    /// <see cref="HttpClient.Timeout"/> gives: a <see cref="TaskCanceledException"/> with a <see cref="TimeoutException"/> inside; null = off.
    /// </summary>
    /// <value>100 milliseconds to 1 day. Default: null.</value>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>How long a break lasts, at first: see <see cref="MaxBreakDuration"/>.</summary>
    /// <value>0.1 seconds to 1 day. Default: 1 second.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Up to which length breaks grow, before jitter: each opening without evidence of health since the last one doubles the break; null = they
    /// stay as long as <see cref="BreakDuration"/>.
    /// </summary>
    /// <value>At least <see cref="BreakDuration"/>, at most 1 day. Default: null.</value>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>The largest share by which a break is lengthened at random, so that a fleet does not probe all at once.</summary>
    /// <value>0 to 1. Default: 0.1.</value>
    public double BreakJitter { get; set; } = 0.1;

    /// <summary>What a <c>Retry-After</c> header (RFC 9110, section 10.2.3) on a failed call does.</summary>
    /// <value>Default: <see cref="RetryAfterHandling.Extend"/>.</value>
    public RetryAfterHandling RetryAfterHandling { get; set; } = RetryAfterHandling.Extend;

    /// <summary>The longest <c>Retry-After</c> that is obeyed; of a longer one, so much.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many calls pass while half-open. The failure ratio decides over them, as early as it can.</summary>
    /// <value>1 to 100. Default: 1.</value>
    public int HalfOpenProbes { get; set; } = 1;

    /// <summary>How long a probe may take; without a result it then counts as a failure.</summary>
    /// <value>0.1 seconds to 1 day. Default: 60 seconds.</value>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The path of a health check, such as <c>/health</c>. When a break is over, a <c>GET</c> for it at the host is the probe, sent in the
    /// background through the handlers below this one, and no caller's call is spent; <see cref="ProbeTimeout"/> cancels it. It needs a call that
    /// arrives to start it, and that call is rejected still. Without effect in <see cref="CircuitBreakerMode.Observe"/>; null = the calls that
    /// arrive are the probes.
    /// </summary>
    /// <value>Begins with a slash. Default: null.</value>
    public string? ProbePath { get; set; }

    /// <summary>When the calls come back step by step after the probes, instead of all at once.</summary>
    /// <value>Default: <see cref="RecoveryRamp.AfterRelapse"/>.</value>
    public RecoveryRamp RecoveryRamp { get; set; } = RecoveryRamp.AfterRelapse;

    /// <summary>
    /// How long it takes, at least, until all calls are back when they come step by step. The share doubles with each tenth of it, from one
    /// in 1,024 to one half. Each step needs a success and admits at least one call; failures lead back, in the end to the next break.
    /// </summary>
    /// <value>0.1 seconds to 1 day. Default: 20 seconds.</value>
    public TimeSpan RecoveryDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Status codes that are failures: codes (<c>"503"</c>), classes (<c>"5xx"</c>) and ranges (<c>"500-504"</c>). A list replaces the
    /// default, an empty list means none.
    /// </summary>
    /// <value>Codes from 100 to 999. Default: null, which stands for 408, 429 and 5xx.</value>
    public IReadOnlyList<string>? FailureStatusCodes { get; set; }

    /// <summary>
    /// Whether a response body that breaks while it is read counts as a failure. Without it a truncated, reset or stalled body is a success,
    /// as its headers were good.
    /// </summary>
    /// <value>Default: true.</value>
    public bool ObserveResponseBody { get; set; } = true;

    /// <summary>What one circuit covers. A change needs a restart.</summary>
    /// <value>Default: <see cref="CircuitScope.Origin"/>.</value>
    public CircuitScope Scope { get; set; } = CircuitScope.Origin;

    /// <summary>What the caller of a rejected call gets.</summary>
    /// <value>Default: <see cref="RejectionMode.Response"/>.</value>
    public RejectionMode RejectionMode { get; set; } = RejectionMode.Response;

    /// <summary>How many circuits are kept for this client. Healthy idle ones make room; if none can go, calls to new hosts pass unguarded.</summary>
    /// <value>At least 1. Default: 10,000.</value>
    public int MaxCircuits { get; set; } = 10_000;

    /// <summary>
    /// Your own rule for a finished call, asked before the built-in rules; null leaves the call to them. If it throws, the exception is logged
    /// once per circuit and the built-in rules decide. Code only.
    /// </summary>
    public Func<CompletedCall, CircuitOutcome?>? Classify { get; set; }

    /// <summary>
    /// Names the circuit of a request, instead of <see cref="Scope"/>; null leaves it to the scope. Keep the number of names bounded, and
    /// personal data out of them. Code only.
    /// </summary>
    public Func<HttpRequestMessage, string?>? CircuitName { get; set; }

    /// <summary>
    /// Makes the response of a rejected call from the facts and the request; null, or an exception, gives the built-in one. The content
    /// of the response that it returns is taken over. Code only.
    /// </summary>
    public Func<CircuitRejection, HttpRequestMessage, HttpResponseMessage?>? CreateRejection { get; set; }

    /// <summary>
    /// Told of each change of state, in order per circuit. Runs on the call that made the change and delays it. An exception is logged once
    /// per circuit. Code only.
    /// </summary>
    public Action<CircuitStateChange>? OnStateChange { get; set; }

    /// <summary>
    /// The <see cref="HttpClient.Timeout"/> of the client, by which a timeout is told from a caller that cancels. With the factory it is read
    /// from the client; set it for a handler that was created without the factory. Without a known timeout, cancelled calls count neither way.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = no timeout. Code only.
    /// </summary>
    /// <value>Above zero. Default: null = that of the factory's client.</value>
    public TimeSpan? ClientTimeout { get; set; }

    /// <summary>Where the circuit breaker stands among the handlers of a client. Code only.</summary>
    /// <value>Default: <see cref="HandlerPlacement.BeforeResilience"/>.</value>
    public HandlerPlacement Placement { get; set; } = HandlerPlacement.BeforeResilience;

    internal CircuitBreakerOptions Clone() => (CircuitBreakerOptions)MemberwiseClone();
}
