using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.AspNetCore.Tests;

/// <summary>The C# of README.md about this package, compiled.</summary>
internal static class ReadmeSnippets
{
    public static void LivePage(WebApplicationBuilder builder, WebApplication app)
    {
        builder.Services.AddHealthChecks().AddCircuitBreakers();
        builder.Services.AddCircuitBreakerEndpoints(endpoints => endpoints.EnableControl = true);

        app.MapCircuitBreakers("/circuits").RequireAuthorization("operators");
    }
}
