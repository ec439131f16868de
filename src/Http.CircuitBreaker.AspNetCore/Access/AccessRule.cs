using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>
/// Locks down the endpoints by default. Without an authorization policy, they serve only local requests in the Development environment.
/// </summary>
internal sealed class AccessRule(IHostEnvironment environment, IServiceProvider services)
{
    // ASP.NET Core's authorization middleware adds this key to HttpContext.Items when it runs for an endpoint. If the key is missing, the
    // middleware has not run, so the application's fallback policy has not been enforced.
    private const string AuthorizationRan = "__AuthorizationMiddlewareWithEndpointInvoked";

    private readonly IAuthorizationPolicyProvider? _policies = services.GetService<IAuthorizationPolicyProvider>();

    /// <summary>
    /// Wraps the handler of an endpoint. Requests that are not allowed receive 404, whatever their method. Allowed requests with a method
    /// other than <paramref name="method"/> receive 405. All responses except 404 get security headers.
    /// </summary>
    public RequestDelegate Protect(string method, RequestDelegate next) => async context =>
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
        if (!HttpMethods.Equals(context.Request.Method, method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            headers.Allow = method;
            return;
        }

        await next(context).ConfigureAwait(false);
    };

    /// <summary>Whether an endpoint has an authorization policy of its own or allows anonymous requests.</summary>
    public static bool HasAuthorizationMetadata(EndpointMetadataCollection? metadata) =>
        metadata is not null
        && (metadata.GetMetadata<IAllowAnonymous>() is not null
            || metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null);

    public async ValueTask<bool> HasFallbackPolicyAsync() =>
        _policies is not null && await _policies.GetFallbackPolicyAsync().ConfigureAwait(false) is not null;

    // A policy counts only if the authorization middleware has run. If the middleware is missing, ASP.NET Core throws only for endpoints
    // with IAuthorizeData and leaves other endpoints unprotected.
    private async ValueTask<bool> IsAllowedAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<IAllowAnonymous>() is not null
            || (context.Items.ContainsKey(AuthorizationRan)
                && (HasAuthorizationMetadata(metadata) || await HasFallbackPolicyAsync().ConfigureAwait(false)))
            || (environment.IsDevelopment() && RequestOrigin.IsLocal(context));
    }
}
