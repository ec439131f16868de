using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>What a raw server does with a connection: read, write, or nothing, until the token is cancelled. It is closed afterwards.</summary>
public delegate Task Behaviour(Socket socket, CancellationToken stopping);

/// <summary>A server on a raw socket, one connection for each call.</summary>
public sealed class RawSite : IFaultySite
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Acceptor _acceptor;
    private readonly Behaviour _healthy;
    private volatile Behaviour _present;

    /// <param name="faulty">What it does until it is healed; null = it does not even listen.</param>
    /// <param name="healthy">What it does then.</param>
    /// <param name="scheme">Of its address.</param>
    public RawSite(Behaviour? faulty, Behaviour? healthy = null, string scheme = "http")
    {
        _healthy = healthy ?? Behaviours.Healthy;
        _present = faulty ?? _healthy;
        _acceptor = new Acceptor(_listener, () => _present);
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
        _present = _healthy;
        Listen();
    }

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();

    // Bound and not listening is how a port refuses, without anybody else being able to take it.
    private void Listen()
    {
        _listener.Listen();
        _acceptor.Start();
    }
}
