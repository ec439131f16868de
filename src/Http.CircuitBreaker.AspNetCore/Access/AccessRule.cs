using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>
/// Closed by default: where nobody has said who may see the circuits, only somebody at a developer's own machine may.
/// </summary>
internal sealed class AccessRule(IHostEnvironment environment, IServiceProvider services)
{
    // What the authorization middleware leaves behind when it has seen an endpoint. A fallback policy protects nothing if it never ran.
    private const string AuthorizationRan = "__AuthorizationMiddlewareWithEndpointInvoked";

    private readonly IAuthorizationPolicyProvider? _policies = services.GetService<IAuthorizationPolicyProvider>();

    /// <summary>Lets those in who may come; for all others there is nothing here.</summary>
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

    // The framework has carried out what these say before it comes here; it throws if nothing could.
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
