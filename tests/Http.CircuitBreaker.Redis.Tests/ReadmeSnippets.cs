using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Http.CircuitBreaker.Redis.Tests;

/// <summary>The C# of README.md about this package, compiled.</summary>
internal static class ReadmeSnippets
{
    public static void Sharing(IHostApplicationBuilder builder)
    {
        builder.Services.AddCircuitBreakerRedis("localhost:6379");
    }
}
