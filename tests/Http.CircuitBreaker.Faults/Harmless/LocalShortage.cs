using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Connections that fail because this machine lacks sockets or addresses. Only requests for <see cref="Path"/> fail.</summary>
public static class LocalShortage
{
    public const string Path = "status/204";

    /// <summary>Binds the socket to an address that this machine does not have (RFC 5737), so the system reports a real error.</summary>
    public static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token) =>
        ConnectAsync(context, socket => socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)), token);

    /// <summary>Fails like a process that has used up its file handles.</summary>
    public static ValueTask<Stream> ConnectWithoutHandleAsync(SocketsHttpConnectionContext context, CancellationToken token) =>
        ConnectAsync(context, _ => throw new SocketException((int)SocketError.TooManyOpenSockets), token);

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, Action<Socket> fail, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (context.InitialRequestMessage.RequestUri!.AbsolutePath == $"/{Path}")
            {
                fail(socket);
            }

            await socket.ConnectAsync(context.DnsEndPoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
