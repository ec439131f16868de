using System.Net;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Access;

internal static class RequestOrigin
{
    // Of any proxy: one on this machine makes everybody's requests come from it. Prefixes, as there is no end of them.
    private static readonly string[] _proxyHeaderPrefixes =
    [
        "Forwarded", "Via", "X-Forwarded", "X-Original", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Envoy", "X-Azure",
        "X-Appengine", "X-Arr-", "X-Amzn-Trace-Id", "X-MS-", "True-Client-IP", "CF-", "CDN-Loop", "Fastly-", "Fly-", "Akamai-", "Client-IP", "WL-Proxy",
        "Proxy-", "X-Rewrite-URL", "X-Host",
    ];

    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IsLoopback(remote)
        && IsLoopbackName(context.Request.Host.Host)
        && !context.Request.Headers.Any(header => IsProxyHeader(header.Key));

    public static bool IsProxyHeader(string header) => _proxyHeaderPrefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 6761, section 6.3: <c>localhost</c> and the names under it are this machine. Any other name may be pointed here by a stranger.</summary>
    public static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IsLoopback(address));

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

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
