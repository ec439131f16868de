using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>
/// A relay in front of a server that can discard the data of subscriptions, or disconnect them. Needs a client that subscribes over a separate
/// connection, as with RESP2.
/// </summary>
internal sealed class NetworkRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _subscriptions = [];
    private readonly int _port;
    private int _swallowed;

    public NetworkRelay(RedisServer server)
    {
        _port = server.Port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port},protocol=resp2";

    /// <summary>Whether to discard everything that the server sends to subscribers.</summary>
    public volatile bool IsMute;

    /// <summary>The number of discarded messages.</summary>
    public int Swallowed => Volatile.Read(ref _swallowed);

    public int Subscriptions => _subscriptions.Count;

    public void CutSubscriptions()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Close();
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The relay is disposed.
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _port);
                var isSubscription = false;
                await Task.WhenAny(
                    PumpAsync(near, far, piece =>
                    {
                        if (!isSubscription && piece.IndexOf("SUBSCRIBE"u8) >= 0)
                        {
                            isSubscription = true;
                            _subscriptions.Add(near);
                        }

                        return true;
                    }),
                    PumpAsync(far, near, piece =>
                    {
                        var isSwallowed = isSubscription && IsMute;
                        _ = isSwallowed && piece.IndexOf(":changed"u8) >= 0 ? Interlocked.Increment(ref _swallowed) : 0;
                        return !isSwallowed;
                    }));
            }
            catch (SocketException)
            {
                // The server is not running: the client's connection ends.
            }
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, PassesOn passesOn)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (passesOn(buffer.AsSpan(0, count)))
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is closed, which closes the other.
        }
    }

    private delegate bool PassesOn(ReadOnlySpan<byte> piece);
}
