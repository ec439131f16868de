using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>The first origin that a client called and its circuit: most clients call one, and find it here without a look into the dictionary.</summary>
internal sealed class RecentOrigin(Uri uri, Circuit circuit)
{
    private readonly string _scheme = uri.Scheme;
    private readonly string _host = uri.IdnHost;
    private readonly int _port = uri.Port;

    public Circuit Circuit => circuit;

    // Not Host: that leaves out the zone of an IPv6 address.
    public bool Matches(Uri other) => other.Port == _port && other.IdnHost == _host && other.Scheme == _scheme;
}
