using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Determines where a request comes from, based on its connection and headers.</summary>
internal static class RequestOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    // A proxy on this machine makes remote requests look local, so a request with a proxy header is never treated as local.
    private static readonly string[] _proxyHeaderPrefixes =
    [
        "Forwarded", "Via", "X-Forwarded", "X-Original", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Envoy",
        "X-Azure", "X-Appengine", "X-Arr-", "X-Amzn-Trace-Id", "X-MS-", "True-Client-IP", "CF-", "CDN-Loop", "Fastly-", "Fly-", "Akamai-",
        "Client-IP", "WL-Proxy", "Proxy-", "X-Rewrite-URL", "X-Host",
    ];

    /// <summary>Whether the request comes from this machine, uses a loopback host name, and did not pass through a proxy.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IsLoopback(remote)
        && IsLoopbackName(context.Request.Host.Host)
        && !context.Request.Headers.Any(header => IsProxyHeader(header.Key));

    /// <summary>
    /// Whether a request is safe from cross-site request forgery. Browsers send <c>Sec-Fetch-Site</c> to HTTPS and loopback URLs (Fetch
    /// Metadata Request Headers, section 2.3). Without this header, <c>Origin</c> is checked (RFC 6454, section 7). A request with neither
    /// header is assumed not to come from a browser.
    /// </summary>
    public static bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers[FetchSite];
        if (site.Count > 0)
        {
            return site.ToString() is "same-origin" or "none";
        }

        // Ignore the scheme: behind a proxy that terminates TLS, the request's scheme differs from the browser's.
        var origin = request.Headers.Origin;
        return origin.Count == 0
            || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri)
                && FormatAuthority(uri) == FormatAuthority(request, uri.Scheme));
    }

    /// <summary>
    /// Whether a request is safe from DNS rebinding. In this attack, the host name of a malicious page resolves to this application, so the
    /// browser treats the page's requests as same-origin. The browser does not add the user's credentials for this application to these
    /// requests, so an authenticated request is safe with any host name. Other requests from browsers are safe only with a known host name.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="allowedHosts">The host names that the application is configured to serve.</param>
    public static bool HasKnownHost(HttpContext context, IEnumerable<string> allowedHosts)
    {
        var request = context.Request;
        var isBrowser = request.Headers.ContainsKey(FetchSite) || request.Headers.Origin.Count > 0;
        return !isBrowser
            || context.User.Identity is { IsAuthenticated: true }
            || IsLoopbackName(request.Host.Host)
            || IPAddress.TryParse(request.Host.Host, out _)
            || HostString.MatchesAny(request.Host.Host, [.. NamesIn(allowedHosts), .. NamesIn(RequiredHosts(context))]);
    }

    private static IEnumerable<string> RequiredHosts(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IHostMetadata>()?.Hosts ?? [];

    private static IEnumerable<StringSegment> NamesIn(IEnumerable<string> hosts) =>
        hosts.Select(host => new HostString(host).Host).Where(host => host != "*").Select(host => new StringSegment(host));

    // RFC 6761, section 6.3: localhost and its subdomains are loopback names. Any other name that resolves to this machine may belong to an
    // attacker (DNS rebinding).
    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IsLoopback(address));

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsProxyHeader(string header) =>
        _proxyHeaderPrefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static string FormatAuthority(Uri uri) => $"{uri.IdnHost}:{uri.Port}";

    private static string? FormatAuthority(HttpRequest request, string scheme) =>
        Uri.TryCreate($"{scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var uri) ? FormatAuthority(uri) : null;
}
