using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Whether a request that changes something may have been made by a page of another site.</summary>
internal static class SameOriginRequest
{
    /// <summary>
    /// Browsers say it by <c>Sec-Fetch-Site</c> (Fetch Metadata Request Headers, section 2.4), older ones by <c>Origin</c> (RFC 6454,
    /// section 7). A program that sends neither is no browser, and nobody else's page can make it act.
    /// </summary>
    public static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site.ToString() is "same-origin" or "none";
        }

        // Without the scheme: behind a proxy that ends TLS it is not the browser's.
        var origin = request.Headers.Origin;
        return origin.Count == 0
            || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && FormatAuthority(uri) == FormatAuthority(request, uri.Scheme));
    }

    private static string FormatAuthority(Uri uri) => $"{uri.IdnHost}:{uri.Port}";

    private static string? FormatAuthority(HttpRequest request, string scheme) =>
        Uri.TryCreate($"{scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var uri) ? FormatAuthority(uri) : null;
}
