using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>
/// Writes a response whose bytes are shared by all clients. The bytes are written in chunks, so that the server buffers only one chunk for
/// a slow client. A client that does not read all bytes within the timeout is disconnected.
/// </summary>
internal static class SharedResponse
{
    private const int ChunkSize = 16 * 1024;

    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);

    /// <summary>Writes a server-sent event (HTML standard, section 9.2). Browsers that lose the connection reconnect after 2 s.</summary>
    public static Task WriteEventAsync(HttpContext context, FeedMessage message, TimeProvider time)
    {
        context.Response.BodyWriter.Write(Encoding.UTF8.GetBytes($"event: {message.Name}\ndata: "));
        return WriteAsync(context, message.Json, "\nretry: 2000\n\n"u8.ToArray(), time);
    }

    public static Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> json, TimeProvider time)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        return WriteAsync(context, json, end: default, time);
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> end, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(_timeout, time);
        using var abort = timeout.Token.Register(context.Abort);
        var writer = context.Response.BodyWriter;
        for (; bytes.Length > ChunkSize; bytes = bytes[ChunkSize..])
        {
            await writer.WriteAsync(bytes[..ChunkSize], context.RequestAborted).ConfigureAwait(false);
        }

        writer.Write(bytes.Span);
        await writer.WriteAsync(end, context.RequestAborted).ConfigureAwait(false);
    }
}
