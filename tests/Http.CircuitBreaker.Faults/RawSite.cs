using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>Handles a connection of a raw server. The connection is closed afterwards.</summary>
public delegate Task Behaviour(Socket socket, CancellationToken stopping);

/// <summary>A server on a raw socket, with one connection per call.</summary>
public sealed class RawSite : IFaultySite
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Acceptor _acceptor;
    private readonly Behaviour _healthy;
    private volatile Behaviour _current;

    /// <param name="faulty">The behaviour before <see cref="Heal"/>; null to refuse connections.</param>
    /// <param name="healthy">The behaviour after <see cref="Heal"/>.</param>
    /// <param name="scheme">The scheme of the address.</param>
    public RawSite(Behaviour? faulty, Behaviour? healthy = null, string scheme = "http")
    {
        _healthy = healthy ?? Behaviours.Healthy;
        _current = faulty ?? _healthy;
        _acceptor = new Acceptor(_listener, () => _current);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = new Uri($"{scheme}://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        if (faulty is not null)
        {
            Listen();
        }
    }

    public Uri Address { get; }

    public int Arrivals => _acceptor.Arrivals;

    public void Heal()
    {
        _current = _healthy;
        Listen();
    }

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();

    // A bound socket that does not listen refuses connections and still reserves the port.
    private void Listen()
    {
        _listener.Listen();
        _acceptor.Start();
    }
}
