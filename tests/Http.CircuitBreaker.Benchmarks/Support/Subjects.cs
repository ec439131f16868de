using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>What is measured beside what, with equal thresholds.</summary>
internal static class Subjects
{
    public static Subject Floor() => new("floor", builder => builder.AddHttpMessageHandler(() => new EmptyHandler()));

    public static Subject Ours(Action<CircuitBreakerOptions>? configure = null) => new("ours", builder => builder.AddCircuitBreaker(options =>
    {
        (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        configure?.Invoke(options);
    }));

    /// <summary>Microsoft.Extensions.Http.Resilience with its circuit breaker for HTTP alone, one for each authority.</summary>
    public static Subject Peer() => new("peer", builder => builder
        .AddResilienceHandler("breaker", pipeline => pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromHours(1),
        }))
        .SelectPipelineByAuthority());
}
