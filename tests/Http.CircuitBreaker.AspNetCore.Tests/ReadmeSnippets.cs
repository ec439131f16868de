using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests;

/// <summary>The C# snippets of README.md and of this package's README, compiled.</summary>
internal static class ReadmeSnippets
{
    public static void LivePage(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddHealthChecks().AddCircuitBreakers();
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);

        app.MapCircuitBreakers("/circuits").RequireAuthorization("operators");
    }
}
