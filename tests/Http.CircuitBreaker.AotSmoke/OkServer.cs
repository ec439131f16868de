using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.AotSmoke;

/// <summary>Answers every connection on a free port of loopback with 200, until it is disposed and the port is dead.</summary>
internal sealed class OneLineServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public OneLineServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The head of the request; there is no body.
                }

                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed: that is how it ends.
        }
    }
}
