using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>All contenders, in the order of the output.</summary>
internal static class AllContenders
{
    private const double FailureRatio = 0.5;
    private const int MinimumThroughput = 10;
    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(2);

    public static Contender Ours { get; } = new("ours", """
        This library at its defaults: opens at 50 % of at least 10 calls in 30 s, or after 10 consecutive failures over at least 3 s;
        breaks of 1 s; one probe.
        """, context => LibraryHandlers.Ours(context, new CircuitBreakerOptions()));

    public static Contender OursWithSlowness { get; } = new("ours_slowness", "", context => LibraryHandlers.Ours(
        context, new CircuitBreakerOptions { UnresponsiveDetection = UnresponsiveDetection.SilenceAndSlowness }));

    public static Contender Peer { get; } = new("peer", """
        The HTTP circuit breaker of Microsoft.Extensions.Http.Resilience at its defaults: opens at 10 % of at least 100 calls in 30 s;
        breaks of 5 s; one probe.
        """, context => LibraryHandlers.Peer(context, new HttpCircuitBreakerStrategyOptions(), timeout: null));

    public static Contender None { get; } = new("none", "No breaker.", context => context.Host);

    public static Contender Resilience4j { get; } = Policy("resilience4j", """
        resilience4j at its defaults: opens at 50 % of the last 100 calls; waits for 60 s; 10 probes. Every exception is a failure.
        """, _ => new Resilience4jPolicy());

    public static Contender Gobreaker { get; } = Policy("gobreaker", """
        sony/gobreaker at its defaults: opens after more than 5 consecutive failures; waits for 60 s; one probe. Every error is a failure.
        """, _ => new GobreakerPolicy());

    public static Contender Envoy { get; } = Policy("envoy", """
        Envoy's outlier detection at its defaults, in front of the four replicas: a replica is ejected after 5 consecutive 5xx or local
        errors, for 30 s times the number of its ejections. At most 10 % of the replicas are ejected, but at least one, as before Envoy
        1.31 (now `always_eject_one_host`). Slow start has no default window; it is 30 s here. It never rejects a call. It counts as open
        while a replica is ejected.
        """, context => new EnvoyPolicy(context.Number));

    public static Contender Throttling { get; } = Policy("throttling", """
        Adaptive throttling of the Google SRE book: rejects with the probability (requests - 2 * accepts) / (requests + 1) over two
        minutes. It counts as open while the probability is above 50 %.
        """, context => new ThrottlingPolicy(context.Number));

    public static Contender Consecutive { get; } = Policy("consecutive", """
        5 consecutive failures open the circuit for 30 s, then one probe: the classic circuit breaker of Polly 7 with the usual values.
        """, _ => new ConsecutiveFailuresPolicy());

    public static IReadOnlyList<Contender> Defaults { get; } =
        [Ours, Peer, None, Resilience4j, Gobreaker, Envoy, Throttling, Consecutive];

    /// <summary>With retries: all of them inside the retries, and ours also in front of them, where AddCircuitBreaker puts it.</summary>
    public static IReadOnlyList<Contender> WithRetries { get; } =
        [.. Defaults, Ours with { Name = "ours_in_front", IsInFrontOfRetries = true }];

    /// <summary>Ours and the peer with equal thresholds.</summary>
    public static IReadOnlyList<Contender> Tuned { get; } =
    [
        new("ours", "", context => LibraryHandlers.Ours(context, new CircuitBreakerOptions
        {
            FailureRatio = FailureRatio,
            MinimumThroughput = MinimumThroughput,
            SamplingDuration = _sampling,
            BreakDuration = _break,
            SlowCallDuration = _callLimit,
            CallTimeout = _callLimit,
        })),

        // The peer has no slow-call option. Its users add a timeout strategy inside the breaker, which then counts the timeouts.
        new("peer", "", context => LibraryHandlers.Peer(context, new HttpCircuitBreakerStrategyOptions
        {
            FailureRatio = FailureRatio,
            MinimumThroughput = MinimumThroughput,
            SamplingDuration = _sampling,
            BreakDuration = _break,
        }, _callLimit)),
        None,
    ];

    private static Contender Policy(string name, string about, Func<ContenderContext, ICallPolicy> create) =>
        new(name, about, context => new PolicyHandler(context, () => create(context)));
}
