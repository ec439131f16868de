using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>The OpenTelemetry setup from docs/operating.md.</summary>
internal static class ReadmeWiring
{
    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter("Http.CircuitBreaker"))
            .WithTracing(tracing => tracing.AddSource("Http.CircuitBreaker"));
    }
}
