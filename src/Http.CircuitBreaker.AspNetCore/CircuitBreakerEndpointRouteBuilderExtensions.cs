using Http.CircuitBreaker;
using Http.CircuitBreaker.AspNetCore.Access;
using Http.CircuitBreaker.AspNetCore.Control;
using Http.CircuitBreaker.AspNetCore.Feed;
using Http.CircuitBreaker.AspNetCore.Page;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the circuit breaker endpoints and the live page.</summary>
public static class CircuitBreakerEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the live page at <paramref name="pattern"/> and, below it, the endpoints <c>api</c>, <c>api/{id}</c>, <c>events</c>,
    /// <c>api/{id}/isolate</c> and <c>api/{id}/reset</c>. The last two return <c>403</c> unless <c>EnableControl</c> is set.
    /// </summary>
    /// <remarks>
    /// The endpoints are locked down by default. Without an authorization policy, a fallback policy or <c>AllowAnonymous</c>, they serve
    /// only local requests in the Development environment and return <c>404</c> to all others, whatever their method. At startup, a warning
    /// is logged if the endpoints would return <c>404</c> to every request, or if anonymous clients could isolate and reset circuits.
    /// </remarks>
    /// <param name="endpoints">The application's route builder.</param>
    /// <param name="pattern">The route prefix for all endpoints. The default is <c>/circuits</c>.</param>
    /// <returns>A builder for conventions that apply to all of these endpoints.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><c>AddCircuitBreakerEndpoints()</c> has not been called.</exception>
    public static IEndpointConventionBuilder MapCircuitBreakers(this IEndpointRouteBuilder endpoints, string pattern = "/circuits")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        if (services.GetService<IServiceProviderIsService>() is { } registered && !registered.IsService(typeof(CircuitFeed)))
        {
            throw new InvalidOperationException(
                "MapCircuitBreakers() needs services that are not registered: "
                + "call builder.Services.AddCircuitBreakerEndpoints() before building the application.");
        }

        services.GetRequiredService<ICircuitRegistry>();
        var access = services.GetRequiredService<AccessRule>();
        var overview = services.GetRequiredService<CircuitOverview>();
        var feed = services.GetRequiredService<CircuitFeed>();
        var control = services.GetRequiredService<ControlEndpoints>();
        var page = services.GetRequiredService<LivePage>();

        var group = endpoints.MapGroup(pattern);
        Map("", HttpMethods.Get, page.WriteAsync, "live page").WithMetadata(access);
        Map("api", HttpMethods.Get, overview.WriteAllAsync, "list");
        Map("api/{id}", HttpMethods.Get, overview.WriteOneAsync, "single circuit");
        Map("events", HttpMethods.Get, feed.WriteAsync, "events").DisableRequestTimeout();
        Map("api/{id}/isolate", HttpMethods.Post, control.IsolateAsync, "isolate");
        Map("api/{id}/reset", HttpMethods.Post, control.ResetAsync, "reset");
        return group;

        // Map all HTTP methods. Otherwise, routing would return 405 instead of 404 to clients that are not allowed access.
        IEndpointConventionBuilder Map(string route, string method, RequestDelegate handler, string name) =>
            group.Map(route, access.Protect(method, handler)).WithDisplayName($"Circuit breakers: {name}");
    }
}
