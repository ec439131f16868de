using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Http.CircuitBreaker.Redis.Tests;

/// <summary>Compiles the C# snippets about this package in both READMEs.</summary>
internal static class ReadmeSnippets
{
    public static void Sharing(IHostApplicationBuilder builder)
    {
        builder.Services.AddCircuitBreakerRedis("localhost:6379");
    }

    public static void Connections(IHostApplicationBuilder builder)
    {
        builder.Services.AddCircuitBreakerRedis(options => options.ServiceKey = "shared");
        builder.Services.AddCircuitBreakerRedis(services => ConnectAsync(services));
    }

    private static Task<IConnectionMultiplexer> ConnectAsync(IServiceProvider services) =>
        Task.FromResult(services.GetRequiredService<IConnectionMultiplexer>());
}
