using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>A circuit breaker in the fault comparison. All of them use the same thresholds.</summary>
internal sealed record Contender(string Name, Action<IHttpClientBuilder, TimeSpan?, TimeSpan?, bool> Add)
{
    private const double FailureRatio = 0.5;
    private const int MinimumThroughput = 4;
    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<Contender> All { get; } =
    [
        new("ours", (client, callTimeout, slowCallDuration, hasBrokenRule) => client.AddCircuitBreaker(options =>
        {
            (options.FailureRatio, options.MinimumThroughput, options.SamplingDuration) = (FailureRatio, MinimumThroughput, _sampling);
            (options.BreakDuration, options.ConsecutiveFailures) = (_break, null);
            (options.CallTimeout, options.SlowCallDuration) = (callTimeout, slowCallDuration);
            if (hasBrokenRule)
            {
                options.Classify = call => call.Response!.StatusCode == HttpStatusCode.Gone ? CircuitOutcome.Ignored : null;
            }
        })),
        new("peer_breaker", (client, callTimeout, _, hasBrokenRule) => client
            .AddResilienceHandler("breaker", pipeline =>
            {
                pipeline.AddCircuitBreaker(Thresholds(new HttpCircuitBreakerStrategyOptions(), hasBrokenRule));
                if (callTimeout is { } timeout)
                {
                    pipeline.AddTimeout(timeout);
                }
            })
            .SelectPipelineByAuthority()),
        new("peer_standard", (client, callTimeout, _, hasBrokenRule) => client
            .AddStandardResilienceHandler(options =>
            {
                // One twentieth of the defaults, which are 10 s per attempt and 30 s in total.
                options.AttemptTimeout.Timeout = callTimeout ?? TimeSpan.FromSeconds(0.5);
                options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(1.5);
                options.Retry.Delay = TimeSpan.FromSeconds(0.1);
                options.Retry.MaxDelay = TimeSpan.FromSeconds(0.5);
                Thresholds(options.CircuitBreaker, hasBrokenRule);
            })
            .SelectPipelineByAuthority()),
    ];

    private static HttpCircuitBreakerStrategyOptions Thresholds(HttpCircuitBreakerStrategyOptions options, bool hasBrokenRule)
    {
        (options.FailureRatio, options.MinimumThroughput) = (FailureRatio, MinimumThroughput);
        (options.SamplingDuration, options.BreakDuration) = (_sampling, _break);
        if (hasBrokenRule)
        {
            options.ShouldHandle = call => ValueTask.FromResult(call.Outcome.Result!.StatusCode != HttpStatusCode.Gone);
        }

        return options;
    }
}
