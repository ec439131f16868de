using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A server that sends exactly the given bytes for a path, including invalid HTTP.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Func<Socket, CancellationToken, Task>> _answers = [];
    private readonly Task _accepting;

    public RawServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Sends the head and the body, then closes the connection. Paths must be added before the first request.</summary>
    public void Answer(string path, string head, byte[] body) => _answers.Add(path, (socket, _) => WriteAsync(socket, head, body));

    /// <summary>Sends the head and the start of the body, then nothing until the client disconnects.</summary>
    public void Stall(string path, string head, byte[] body) => _answers.Add(path, async (socket, stopped) =>
    {
        await WriteAsync(socket, head, body);
        await socket.ReceiveAsync(new byte[1], stopped);
    });

    /// <summary>
    /// Sends the head and the start of the body, waits 50 ms so that the client can read them, and resets the connection.
    /// </summary>
    public void Reset(string path, string head, byte[] body) => _answers.Add(path, async (socket, stopped) =>
    {
        await WriteAsync(socket, head, body);
        await Task.Delay(50, stopped);
        socket.LingerState = new LingerOption(true, 0);
    });

    /// <summary>Sends a chunk of 1 KiB every 20 ms until the client disconnects.</summary>
    public void Flow(string path) => _answers.Add(path, async (socket, stopped) =>
    {
        await WriteAsync(socket, "Transfer-Encoding: chunked", []);
        var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string('x', 1024) + "\r\n");
        while (!stopped.IsCancellationRequested)
        {
            await socket.SendAsync(chunk, stopped);
            await Task.Delay(20, stopped);
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

    private static async Task WriteAsync(Socket socket, string head, byte[] body)
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n" + head.ReplaceLineEndings("\r\n") + "\r\n\r\n"));
        if (body.Length > 0)
        {
            await socket.SendAsync(body);
        }
    }

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
                var request = await ReadRequestAsync(socket);
                await _answers[request.Split(' ')[1].TrimStart('/')](socket, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }

    private async Task<string> ReadRequestAsync(Socket socket)
    {
        var (buffer, read) = (new byte[8192], 0);
        while (true)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), _stop.Token);
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
