using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Bodies;

/// <summary>A server that says exactly the bytes that the test wrote for a path, also such as no decent server would.</summary>
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

    /// <summary>Answers the path with this head and body, and closes the connection. What is written before the server is used.</summary>
    public void Answer(string path, string head, byte[] body) => _answers.Add(path, (socket, _) => SayAsync(socket, head, body));

    /// <summary>Stays silent after the head and the first bytes of the body, until the client goes.</summary>
    public void Stall(string path, string head, byte[] body) => _answers.Add(path, async (socket, stopped) =>
    {
        await SayAsync(socket, head, body);
        await socket.ReceiveAsync(new byte[1], stopped);
    });

    /// <summary>Resets the connection after the head and the first bytes of the body, when the client has had time to take them.</summary>
    public void Reset(string path, string head, byte[] body) => _answers.Add(path, async (socket, stopped) =>
    {
        await SayAsync(socket, head, body);
        await Task.Delay(50, stopped);
        socket.LingerState = new LingerOption(true, 0);
    });

    /// <summary>Says a chunk of one kilobyte every 20 ms until the client goes.</summary>
    public void Flow(string path) => _answers.Add(path, async (socket, stopped) =>
    {
        await SayAsync(socket, "Transfer-Encoding: chunked", []);
        var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string('x', 1024) + "\r\n");
        while (!stopped.IsCancellationRequested)
        {
            await socket.SendAsync(chunk, stopped);
            await Task.Delay(20, stopped);
        }
    });

    public async ValueTask DisposeAsync()
    {
        // The listener last: its loop may just be about to accept again.
        await _stop.CancelAsync();
        await _accepting.WaitAsync(TimeSpan.FromSeconds(10));
        _listener.Stop();
        _stop.Dispose();
    }

    private static async Task SayAsync(Socket socket, string head, byte[] body)
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
                var request = await RequestAsync(socket);
                await _answers[request.Split(' ')[1].TrimStart('/')](socket, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }

    private async Task<string> RequestAsync(Socket socket)
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
                throw new IOException("The client went before it had asked.");
            }
        }
    }
}
