using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Http.CircuitBreaker.Faults;

/// <summary>Behaviours of servers, healthy and faulty.</summary>
public static class Behaviours
{
    // RFC 9113, section 6.5.
    private static readonly byte[] _emptySettings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    // An application data record with 3 of 100 bytes.
    private static readonly byte[] _startOfRecord = [0x17, 3, 3, 0, 100, 1, 2, 3];

    private const string Ok = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    public static Behaviour Healthy { get; } = Answer(Ok);

    /// <summary>Reads a request, writes the text, and closes the connection.</summary>
    public static Behaviour Answer(string text) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await ReadHeadAsync(stream, stopping);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(stream, stopping);
    };

    /// <summary>Reads a request and writes the text, but keeps the connection open.</summary>
    public static Behaviour AnswerAndHang(string text) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await ReadHeadAsync(stream, stopping);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);
        await DrainAsync(stream, stopping);
    };

    /// <summary>Reads a request, writes the text, and resets the connection.</summary>
    public static Behaviour AnswerAndReset(string text) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await ReadHeadAsync(stream, stopping);
        if (text.Length > 0)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);

            // A reset discards data that the client has not read, so give the headers time to arrive.
            await Task.Delay(50, stopping);
        }

        socket.LingerState = new LingerOption(true, 0);
    };

    /// <summary>Reads the start of an upload and resets the connection.</summary>
    public static Behaviour ResetUpload { get; } = async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.ReadAtLeastAsync(new byte[20_000], 20_000, throwOnEndOfStream: false, stopping);
        socket.LingerState = new LingerOption(true, 0);
    };

    /// <summary>Reads the head of a request and nothing more, and keeps the connection open.</summary>
    public static Behaviour StopReading { get; } = async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await ReadHeadAsync(stream, stopping);
        await Task.Delay(Timeout.Infinite, stopping);
    };

    /// <summary>Responds successfully, after a delay.</summary>
    public static Behaviour AnswerAfter(TimeSpan delay) => async (socket, stopping) =>
    {
        await Task.Delay(delay, stopping);
        await Healthy(socket, stopping);
    };

    public static Behaviour ResetImmediately { get; } = (socket, _) =>
    {
        socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    };

    /// <summary>Writes plain text without waiting for the client.</summary>
    public static Behaviour SpeakFirst(string text) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(stream, stopping);
    };

    public static Behaviour HealthyTls(X509Certificate2 certificate) => async (socket, stopping) =>
    {
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
        await ReadHeadAsync(tls, stopping);
        await tls.WriteAsync(Encoding.Latin1.GetBytes(Ok), stopping);
        await tls.ShutdownAsync();
    };

    /// <summary>Reads a request over TLS and closes in the middle of a record of the response (RFC 8446, section 5.1).</summary>
    public static Behaviour CutTlsRecord(X509Certificate2 certificate) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
        await ReadHeadAsync(tls, stopping);
        await stream.WriteAsync(_startOfRecord, stopping);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(stream, stopping);
    };

    /// <summary>Writes HTTP/2 settings, then the frame after the request has had time to arrive, and closes the connection.</summary>
    public static Behaviour Http2Frame(byte[] frame) => async (socket, stopping) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false, stopping);
        await stream.WriteAsync(_emptySettings, stopping);
        await Task.Delay(50, stopping);
        await stream.WriteAsync(frame, stopping);
        socket.Shutdown(SocketShutdown.Send);
        await DrainAsync(stream, stopping);
    };

    private static async Task ReadHeadAsync(Stream stream, CancellationToken stopping)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && head.Length < 65_536)
        {
            var read = await stream.ReadAsync(buffer, stopping);
            if (read == 0)
            {
                return;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    // Reads until the client closes: closing a socket with unread data would reset the connection.
    private static async Task DrainAsync(Stream stream, CancellationToken stopping)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, stopping) > 0)
        {
        }
    }
}
