using System.Net.Sockets;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Feed;

/// <summary>A client of the event stream that reads only when it is told to, and counts events without keeping them.</summary>
internal sealed class Viewer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 128 * 1024 };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private bool _lineEnded;

    /// <summary>The number of complete events that have been read.</summary>
    public long Events { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Requests the stream with HTTP/1.0, so that the response is not split into chunks.</summary>
    public static async Task<Viewer> ConnectAsync(Uri server, CancellationToken timeout)
    {
        var viewer = new Viewer();
        await viewer._socket.ConnectAsync(server.Host, server.Port, timeout);
        await viewer._socket.SendAsync(Encoding.ASCII.GetBytes("GET /circuits/events HTTP/1.0\r\n\r\n"), timeout);
        return viewer;
    }

    /// <summary>Reads until that many events have been read; false at the end of the stream.</summary>
    public async Task<bool> ReadAsync(long events, CancellationToken timeout)
    {
        while (Events < events)
        {
            var length = await _socket.ReceiveAsync(_buffer, timeout);
            if (length == 0)
            {
                return false;
            }

            Count(_buffer.AsSpan(0, length));
        }

        return true;
    }

    /// <summary>Reads what the operating system has buffered; true if the server closed the connection.</summary>
    public async Task<bool> IsDisconnectedAsync(CancellationToken timeout)
    {
        try
        {
            return !await ReadAsync(long.MaxValue, timeout);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    public void Dispose() => _socket.Dispose();

    // An empty line ends an event.
    private void Count(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        Events += (_lineEnded && bytes[0] == '\n' ? 1 : 0) + bytes.Count("\n\n"u8);
        _lineEnded = bytes[^1] == '\n';
    }
}
