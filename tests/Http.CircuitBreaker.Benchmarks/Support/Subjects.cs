using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Extensions.Http;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>The subjects under test, with equal thresholds. A <c>primary</c> handler replaces the stub host.</summary>
internal static class Subjects
{
    private const double FailureRatio = 0.5;
    private const int MinimumThroughput = 10;
    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _break = TimeSpan.FromHours(1);

    public static Subject Nothing(HttpMessageHandler? primary = null) => new("nothing", _ => { }, primary);

    public static Subject Floor(HttpMessageHandler? primary = null) =>
        new("floor", builder => builder.AddHttpMessageHandler(() => new EmptyHandler()), primary);

    public static Subject Ours(
        Action<CircuitBreakerOptions>? configure = null, HttpMessageHandler? primary = null, Action<IServiceCollection>? add = null) =>
        new("ours", builder =>
        {
            add?.Invoke(builder.Services);
            builder.AddCircuitBreaker(options =>
            {
                (options.FailureRatio, options.MinimumThroughput, options.SamplingDuration) = (FailureRatio, MinimumThroughput, _sampling);
                (options.BreakDuration, options.MaxBreakDuration) = (_break, _break);
                configure?.Invoke(options);
            });
        }, primary);

    /// <summary>Microsoft.Extensions.Http.Resilience with only its HTTP circuit breaker, one per authority.</summary>
    public static Subject Peer(
        int minimumThroughput = MinimumThroughput,
        Action<ResiliencePipelineBuilder<HttpResponseMessage>>? configure = null,
        HttpMessageHandler? primary = null) =>
        new("peer", builder => builder
            .AddResilienceHandler("breaker", pipeline =>
            {
                pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
                {
                    FailureRatio = FailureRatio,
                    MinimumThroughput = minimumThroughput,
                    SamplingDuration = _sampling,
                    BreakDuration = _break,
                });
                configure?.Invoke(pipeline);
            })
            .SelectPipelineByAuthority(), primary);

    /// <summary>
    /// Microsoft.Extensions.Http.Polly with the advanced circuit breaker of Polly 7. A policy is a single circuit, so the policy registry
    /// holds one policy per authority.
    /// </summary>
    public static Subject Policy(int minimumThroughput = MinimumThroughput, HttpMessageHandler? primary = null) =>
        new("policy", builder =>
        {
            builder.Services.AddPolicyRegistry();
            builder.AddPolicyHandler(
                (_, _, _) => HttpPolicyExtensions.HandleTransientHttpError()
                    .AdvancedCircuitBreakerAsync(FailureRatio, _sampling, minimumThroughput, _break),
                request => request.RequestUri!.Authority);
        }, primary);
}
