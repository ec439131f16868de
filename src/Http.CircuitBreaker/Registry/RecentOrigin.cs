using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>The first origin that a client called and its circuit: most clients call one, and find it here without a look into the dictionary.</summary>
internal sealed class RecentOrigin(Uri uri, Circuit circuit)
{
    private readonly string _scheme = uri.Scheme;
    private readonly string _host = uri.Host;
    private readonly int _port = uri.Port;

    public Circuit Circuit => circuit;

    public bool Matches(Uri other) => other.Port == _port && other.Host == _host && other.Scheme == _scheme;
}
