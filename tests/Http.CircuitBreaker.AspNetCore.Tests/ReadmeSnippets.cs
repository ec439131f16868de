using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests;

/// <summary>The C# about this package in README.md and in the package's own, compiled.</summary>
internal static class ReadmeSnippets
{
    public static void LivePage(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddHealthChecks().AddCircuitBreakers();
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);

        app.MapCircuitBreakers("/circuits").RequireAuthorization("operators");
    }
}
