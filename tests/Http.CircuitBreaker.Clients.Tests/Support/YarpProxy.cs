using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Http.CircuitBreaker.Clients.Tests.Support;

// snippet: yarp-factory
internal sealed class GuardedForwarder(CircuitBreakerHandlerFactory breakers) : ForwarderHttpClientFactory
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        breakers.Create("gateway", base.WrapHandler(context, handler));
}
// end snippet

/// <summary>A proxy with a breaker, round-robin balancing and passive health checks.</summary>
internal static class YarpProxy
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));

        // snippet: yarp
        builder.Services.AddCircuitBreaker("gateway", options => options.RejectionMode = RejectionMode.Exception);
        builder.Services.AddSingleton<IForwarderHttpClientFactory, GuardedForwarder>();
        // end snippet
    }

    public static Dictionary<string, string?> Configuration(TimeSpan timeout, params Uri[] destinations)
    {
        const string cluster = "ReverseProxy:Clusters:payments";
        var settings = new Dictionary<string, string?>
        {
            ["ReverseProxy:Routes:all:ClusterId"] = "payments",
            ["ReverseProxy:Routes:all:Match:Path"] = "{**path}",
            [$"{cluster}:LoadBalancingPolicy"] = "RoundRobin",
            [$"{cluster}:HealthCheck:Passive:Enabled"] = "true",
            [$"{cluster}:HttpRequest:ActivityTimeout"] = timeout.ToString(),
        };
        foreach (var destination in destinations)
        {
            settings[$"{cluster}:Destinations:{destination.Port}:Address"] = destination.ToString();
        }

        return settings;
    }

    public static WebApplication Create(RejectionMode mode, params Uri[] destinations)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(Configuration(TimeSpan.FromMinutes(1), destinations));
        builder.Configuration.AddInMemoryCollection(
        [
            new("HttpCircuitBreaker:MinimumThroughput", "2"),
            new("HttpCircuitBreaker:BreakDuration", "01:00:00"),
        ]);
        Add(builder);
        builder.Services.AddCircuitBreaker("gateway", options => options.RejectionMode = mode);
        return builder.Build();
    }
}
