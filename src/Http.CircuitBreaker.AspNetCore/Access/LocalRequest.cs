using System.Net;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Access;

/// <summary>Whether a request comes from this machine and was meant for it.</summary>
internal static class LocalRequest
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
}
