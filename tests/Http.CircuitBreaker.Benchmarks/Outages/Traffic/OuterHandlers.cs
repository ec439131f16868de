using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Scripts;

namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>The handlers outside the breaker that a script requires.</summary>
internal static class OuterHandlers
{
    public static HttpMessageHandler Wrap(HttpMessageHandler breaker, OutageScript script, ContenderContext context) =>
        script.HasRetries ? new RetryHandler(context, breaker)
        : script.HedgesAfter is { } delay ? new HedgingHandler(delay, context.Time, breaker)
        : breaker;
}
