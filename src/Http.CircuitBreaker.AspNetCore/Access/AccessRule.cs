using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Locks down the endpoints by default. Without an authorization policy, they serve only local requests in Development.</summary>
internal sealed class AccessRule(IHostEnvironment environment, IServiceProvider services)
{
    // The authorization middleware sets this item after processing the endpoint. Without the middleware, no fallback policy is enforced.
    private const string AuthorizationRan = "__AuthorizationMiddlewareWithEndpointInvoked";

    private readonly IAuthorizationPolicyProvider? _policies = services.GetService<IAuthorizationPolicyProvider>();

    /// <summary>Returns 404 for requests that are not allowed, and adds security headers to all other responses.</summary>
    public RequestDelegate Protect(RequestDelegate next) => async context =>
    {
        if (!await IsAllowedAsync(context).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        await next(context).ConfigureAwait(false);
    };

    private async ValueTask<bool> IsAllowedAsync(HttpContext context) =>
        HasAuthorizationMetadata(context.GetEndpoint()?.Metadata)
        || await IsCoveredByFallbackPolicyAsync(context).ConfigureAwait(false)
        || (environment.IsDevelopment() && RequestOrigin.IsLocal(context));

    // ASP.NET Core has already enforced this metadata. It throws if the authorization middleware is missing.
    private static bool HasAuthorizationMetadata(EndpointMetadataCollection? metadata) =>
        metadata is not null
        && (metadata.GetMetadata<IAllowAnonymous>() is not null
            || metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null);

    private async ValueTask<bool> IsCoveredByFallbackPolicyAsync(HttpContext context) =>
        _policies is not null
        && context.Items.ContainsKey(AuthorizationRan)
        && await _policies.GetFallbackPolicyAsync().ConfigureAwait(false) is not null;
}
