using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>The first origin that a client called and its circuit: most clients call one, and find it here without a look into the dictionary.</summary>
internal sealed class RecentOrigin
{
    private readonly string _scheme;
    private readonly string _host;
    private readonly int _port;

    private RecentOrigin(Uri uri, Circuit circuit) => (_scheme, _host, _port, Circuit) = (uri.Scheme, uri.Host, uri.Port, circuit);

    public Circuit Circuit { get; }

    /// <summary>
    /// Null for an IPv6 address: Host leaves out its zone, by which two origins can differ. IdnHost does not, but every call would pay for
    /// asking it.
    /// </summary>
    public static RecentOrigin? Of(Uri uri, Circuit? circuit) =>
        circuit is null || uri.HostNameType == UriHostNameType.IPv6 ? null : new RecentOrigin(uri, circuit);

    public bool Matches(Uri other) => other.Port == _port && other.Host == _host && other.Scheme == _scheme;
}
