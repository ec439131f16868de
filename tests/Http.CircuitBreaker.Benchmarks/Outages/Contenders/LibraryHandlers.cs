using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>Creates the handlers of the two real libraries: ours and the peer.</summary>
internal static class LibraryHandlers
{
    public static CircuitBreakerHandler Ours(ContenderContext context, CircuitBreakerOptions options)
    {
        options.ClientTimeout = context.ClientTimeout;
        options.OnStateChange = change =>
        {
            if (change.State == CircuitState.Open)
            {
                context.Opened();
            }
        };
        var handler = new CircuitBreakerHandler(options, timeProvider: context.Time) { InnerHandler = context.Host };
        SeededJitter.Install(handler, context.Number);
        return handler;
    }

    /// <summary>One circuit for each authority, as with SelectPipelineByAuthority.</summary>
    public static ResilienceHandler Peer(ContenderContext context, HttpCircuitBreakerStrategyOptions options, TimeSpan? timeout)
    {
        var pipelines = new Dictionary<string, ResiliencePipeline<HttpResponseMessage>>();
        return new ResilienceHandler(request => PipelineFor(request.RequestUri!.Authority)) { InnerHandler = context.Host };

        ResiliencePipeline<HttpResponseMessage> PipelineFor(string authority)
        {
            if (!pipelines.TryGetValue(authority, out var pipeline))
            {
                pipelines.Add(authority, pipeline = Build(context, options, timeout));
            }

            return pipeline;
        }
    }

    private static ResiliencePipeline<HttpResponseMessage> Build(
        ContenderContext context, HttpCircuitBreakerStrategyOptions options, TimeSpan? timeout)
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

        return pipeline.Build();
    }
}
