using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults;

/// <summary>A host that accepts no connection and whose queue of waiting ones is full: connecting never completes.</summary>
public sealed class FullBacklogSite : IFaultySite
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _fillers = [];
    private int _arrivals;

    private FullBacklogSite()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
    }

    public Uri Address { get; }

    public int Arrivals => Volatile.Read(ref _arrivals);

    public static async Task<IFaultySite> StartAsync()
    {
        var site = new FullBacklogSite();
        for (var i = 0; i < 8; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            site._fillers.Add(filler);
            using var patience = new CancellationTokenSource(200);
            try
            {
                await filler.ConnectAsync(IPAddress.Loopback, site.Address.Port, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Full.
                return site;
            }
        }

        throw new InvalidOperationException("The queue of a listening socket did not fill up.");
    }

    public void Heal()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _ = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                _ = ServeAsync(await _listener.AcceptAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _arrivals);
        using (socket)
        {
            try
            {
                await Behaviours.Healthy(socket, _stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The client has gone away.
            }
        }
    }
}
