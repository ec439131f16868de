using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Control;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Page;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the circuits' endpoints and the live page.</summary>
public static class CircuitBreakerEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the live page at <paramref name="pattern"/> and under it <c>api</c>, <c>api/{id}</c>, <c>events</c> and, if
    /// <c>EnableControl</c> is set, <c>api/{id}/isolate</c> and <c>api/{id}/reset</c>.
    /// </summary>
    /// <remarks>
    /// Without an authorization policy (the application's fallback policy counts as one) or <c>AllowAnonymous</c> it answers local requests
    /// in the Development environment only, everything else with <c>404</c>.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The prefix of all routes.</param>
    /// <returns>The conventions of the whole group: what is required of it holds for everything under it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException"><c>AddCircuitBreakerEndpoints()</c> has not been called.</exception>
    public static IEndpointConventionBuilder MapCircuitBreakers(this IEndpointRouteBuilder endpoints, string pattern = "/circuits")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>() is { } known && !known.IsService(typeof(CircuitFeed)))
        {
            throw new InvalidOperationException(
                "The services of the circuit breakers' endpoints are missing: call builder.Services.AddCircuitBreakerEndpoints() before the application is built.");
        }

        // Made now, so that transitions are remembered from the start.
        services.GetRequiredService<ICircuitRegistry>();
        var access = services.GetRequiredService<AccessRule>();
        var overview = services.GetRequiredService<CircuitOverview>();
        var feed = services.GetRequiredService<CircuitFeed>();
        var control = services.GetRequiredService<ControlEndpoints>();
        var page = services.GetRequiredService<LivePage>();

        var group = endpoints.MapGroup(pattern);
        group.MapGet("", access.Protect(page.WriteAsync)).WithDisplayName("Circuits: the live page");
        group.MapGet("api", access.Protect(overview.WriteAllAsync)).WithDisplayName("Circuits: all");
        group.MapGet("api/{id}", access.Protect(overview.WriteOneAsync)).WithDisplayName("Circuits: one");
        group.MapGet("events", access.Protect(feed.WriteAsync)).DisableRequestTimeout().WithDisplayName("Circuits: events");
        group.MapPost("api/{id}/isolate", access.Protect(control.IsolateAsync)).WithDisplayName("Circuits: isolate");
        group.MapPost("api/{id}/reset", access.Protect(control.ResetAsync)).WithDisplayName("Circuits: reset");
        return group;
    }
}
