using System.Net.Sockets;
using System.Security.Authentication;

namespace Http.CircuitBreaker.Faults;

/// <summary>Accepts connections until disposed, and closes each connection when its behaviour has completed.</summary>
internal sealed class Acceptor(Socket listener, Func<Behaviour> behaviour) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private int _arrivals;
    private int _isStarted;

    public int Arrivals => Volatile.Read(ref _arrivals);

    public void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            _ = AcceptAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                _ = ServeAsync(await listener.AcceptAsync(_stopping.Token));
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
                await behaviour()(socket, _stopping.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException
                or AuthenticationException)
            {
                // The client has disconnected, or this has been disposed.
            }
        }
    }
}
