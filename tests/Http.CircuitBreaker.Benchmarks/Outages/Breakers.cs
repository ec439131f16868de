using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>No breaker, ours and the peer's, at their defaults and with equal thresholds.</summary>
internal static class Breakers
{
    private const double FailureRatio = 0.5;
    private const int MinimumThroughput = 10;
    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    public static Breaker None { get; } = new("none", around => around.Host);

    public static Breaker Ours { get; } = new("ours", around => Build(around, new CircuitBreakerOptions()));

    public static Breaker Peer { get; } = new("peer", around => Build(around, new HttpCircuitBreakerStrategyOptions(), timeout: null));

    public static Breaker OursTuned { get; } = new("ours", around => Build(around, new CircuitBreakerOptions
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = _sampling,
        BreakDuration = _break,
        SlowCallDuration = _patience,
        CallTimeout = _patience,
    }));

    // The peer has no notion of a slow call; what its users have is a timeout inside, which the breaker then counts.
    public static Breaker PeerTuned { get; } = new("peer", around => Build(around, new HttpCircuitBreakerStrategyOptions
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = _sampling,
        BreakDuration = _break,
    }, _patience));

    private static CircuitBreakerHandler Build(Surroundings around, CircuitBreakerOptions options)
    {
        options.ClientTimeout = around.Script.ClientTimeout;
        options.OnStateChange = change =>
        {
            if (change.State == CircuitState.Open)
            {
                around.Opened();
            }
        };
        var handler = new CircuitBreakerHandler(options, timeProvider: around.Time) { InnerHandler = around.Host };
        SeededJitter.Give(handler, around.Script.FirstCall + around.Instance);
        return handler;
    }

    private static ResilienceHandler Build(Surroundings around, HttpCircuitBreakerStrategyOptions options, TimeSpan? timeout)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>
        {
            TimeProvider = around.Time,
            TelemetryListener = new OpeningListener(around.Opened),
        };
        pipeline.AddCircuitBreaker(options);
        if (timeout is { } patience)
        {
            pipeline.AddTimeout(patience);
        }

        return new ResilienceHandler(pipeline.Build()) { InnerHandler = around.Host };
    }
}
