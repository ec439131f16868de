using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A server that sends exactly the given bytes for a path, including invalid HTTP, with or without TLS.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    public const int ChunkLength = 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Func<Socket, Stream, CancellationToken, Task>> _answers = [];
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public RawServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Sends the head and the body, then closes the connection. Paths must be added before the first request.</summary>
    public void Answer(string path, string head, byte[] body) => _answers.Add(path, (_, stream, _) => WriteAsync(stream, head, body));

    /// <summary>Sends the head and the start of the body, then nothing until the client disconnects.</summary>
    public void Stall(string path, string head, byte[] body) => _answers.Add(path, async (_, stream, stopped) =>
    {
        await WriteAsync(stream, head, body);
        await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stopped);
    });

    /// <summary>
    /// Sends the head and the start of the body, waits 50 ms so that the client can read them, and resets the connection.
    /// </summary>
    public void Reset(string path, string head, byte[] body) => _answers.Add(path, async (socket, stream, stopped) =>
    {
        await WriteAsync(stream, head, body);
        await Task.Delay(50, stopped);
        socket.LingerState = new LingerOption(true, 0);
    });

    /// <summary>Sends a chunk of 1 KiB every 20 ms until the client disconnects.</summary>
    public void Flow(string path) => Flow(path, () => stopped => Task.Delay(20, stopped));

    /// <summary>Sends a chunk of 1 KiB, and another whenever the task has completed. The outer function is called for each response.</summary>
    public void Flow(string path, Func<Func<CancellationToken, Task>> start) => _answers.Add(path, async (_, stream, stopped) =>
    {
        var next = start();
        await WriteAsync(stream, "Transfer-Encoding: chunked", []);
        var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string('x', ChunkLength) + "\r\n");
        while (!stopped.IsCancellationRequested)
        {
            await stream.WriteAsync(chunk, stopped);
            await next(stopped);
        }
    });

    public async ValueTask DisposeAsync()
    {
        // Stop the listener last, because the accept loop may still use it.
        await _stop.CancelAsync();
        await _accepting.WaitAsync(TimeSpan.FromSeconds(10));
        _listener.Stop();
        _stop.Dispose();
    }

    // One write, so that the head and the body usually arrive together.
    private static async Task WriteAsync(Stream stream, string head, byte[] body) => await stream.WriteAsync(
        (byte[])[.. Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head.ReplaceLineEndings("\r\n") + "\r\n\r\n"), .. body]);

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await using var stream = await OpenAsync(new NetworkStream(socket));
                var request = await ReadRequestAsync(stream);
                await _answers[request.Split(' ')[1].TrimStart('/')](socket, stream, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream connection)
    {
        if (_certificate is null)
        {
            return connection;
        }

        var tls = new SslStream(connection);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return tls;
    }

    private async Task<string> ReadRequestAsync(Stream stream)
    {
        var (buffer, read) = (new byte[8192], 0);
        while (true)
        {
            var more = await stream.ReadAsync(buffer.AsMemory(read), _stop.Token);
            read += more;
            var text = Encoding.ASCII.GetString(buffer, 0, read);
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                return text;
            }

            if (more == 0)
            {
                throw new IOException("The client disconnected before it had sent a request.");
            }
        }
    }
}
