using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A breaker to measure. <paramref name="CreateHandler"/> puts it in front of the host.</summary>
internal sealed record Breaker(string Name, Func<BreakerContext, HttpMessageHandler> CreateHandler);

/// <summary>The simulation around a breaker. <paramref name="Opened"/> must be called whenever its circuit opens.</summary>
internal sealed record BreakerContext(OutageScript Script, VirtualTime Time, HttpMessageHandler Host, int Instance, Action Opened);

/// <summary>No breaker, ours and the peer's, at their defaults and with equal thresholds.</summary>
internal static class Breakers
{
    private const double FailureRatio = 0.5;
    private const int MinimumThroughput = 10;
    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(2);

    public static Breaker None { get; } = new("none", context => context.Host);

    public static Breaker Ours { get; } = new("ours", context => Build(context, new CircuitBreakerOptions()));

    public static Breaker Peer { get; } = new("peer", context => Build(context, new HttpCircuitBreakerStrategyOptions(), timeout: null));

    public static Breaker OursTuned { get; } = new("ours", context => Build(context, new CircuitBreakerOptions
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = _sampling,
        BreakDuration = _break,
        SlowCallDuration = _callLimit,
        CallTimeout = _callLimit,
    }));

    // The peer has no slow-call option. Its users add a timeout strategy inside the breaker, which then counts the timeouts.
    public static Breaker PeerTuned { get; } = new("peer", context => Build(context, new HttpCircuitBreakerStrategyOptions
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = _sampling,
        BreakDuration = _break,
    }, _callLimit));

    private static CircuitBreakerHandler Build(BreakerContext context, CircuitBreakerOptions options)
    {
        options.ClientTimeout = context.Script.ClientTimeout;
        options.OnStateChange = change =>
        {
            if (change.State == CircuitState.Open)
            {
                context.Opened();
            }
        };
        var handler = new CircuitBreakerHandler(options, timeProvider: context.Time) { InnerHandler = context.Host };
        SeededJitter.Install(handler, context.Script.FirstCall + context.Instance);
        return handler;
    }

    private static ResilienceHandler Build(BreakerContext context, HttpCircuitBreakerStrategyOptions options, TimeSpan? timeout)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>
        {
            TimeProvider = context.Time,
            TelemetryListener = new CircuitOpenedListener(context.Opened),
        };
        pipeline.AddCircuitBreaker(options);
        if (timeout is { } limit)
        {
            pipeline.AddTimeout(limit);
        }

        return new ResilienceHandler(pipeline.Build()) { InnerHandler = context.Host };
    }
}
