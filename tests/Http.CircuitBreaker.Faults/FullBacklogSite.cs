using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>A host that accepts no connections and has a full backlog, so connecting never completes.</summary>
public sealed class FullBacklogSite : IFaultySite
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Acceptor _acceptor;
    private readonly List<Socket> _fillers = [];

    private FullBacklogSite()
    {
        _acceptor = new Acceptor(_listener, () => Behaviours.Healthy);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
    }

    public Uri Address { get; }

    public int Arrivals => _acceptor.Arrivals;

    public static async Task<IFaultySite> StartAsync()
    {
        var site = new FullBacklogSite();
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            site._fillers.Add(filler);
            using var timeout = new CancellationTokenSource(200);
            try
            {
                await filler.ConnectAsync(IPAddress.Loopback, site.Address.Port, timeout.Token);
            }
            catch (OperationCanceledException)
            {
                // The backlog is full.
                return site;
            }
        }

        throw new InvalidOperationException("The backlog of the listening socket did not fill up.");
    }

    public void Heal()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _acceptor.Start();
    }

    public ValueTask DisposeAsync()
    {
        _fillers.ForEach(filler => filler.Dispose());
        return _acceptor.DisposeAsync();
    }
}
