using System.IO.Compression;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>A server with one path for each kind of broken response body. The headers of every response are complete.</summary>
internal static class BrokenBodies
{
    private const string Json = "Content-Type: application/json\n";

    public static readonly string[] All = ["truncated", "chunked", "chunk-size", "reset", "reset-chunked", "gzip", "gzip-cut", "brotli"];

    public static RawServer Serve()
    {
        var part = Encoding.ASCII.GetBytes("[1,2,3,");
        var server = new RawServer();
        server.Answer("whole", Json + "Content-Length: 7", Encoding.ASCII.GetBytes("[1,2,3]"));
        server.Answer("truncated", Json + "Content-Length: 100", part);
        server.Answer("chunked", Json + "Transfer-Encoding: chunked", Encoding.ASCII.GetBytes("7\r\n[1,2,3,\r\n"));
        server.Answer("chunk-size", Json + "Transfer-Encoding: chunked", Encoding.ASCII.GetBytes("7\r\n[1,2,3,\r\nno size\r\n"));
        server.Reset("reset", Json + "Content-Length: 100", part);
        server.Reset("reset-chunked", Json + "Transfer-Encoding: chunked", Encoding.ASCII.GetBytes("7\r\n[1,2,3,\r\n"));
        server.Stall("stalled", Json + "Content-Length: 100", part);
        server.Stall("stalled-chunked", Json + "Transfer-Encoding: chunked", Encoding.ASCII.GetBytes("7\r\n[1,2,3,\r\n"));
        var gzip = Gzip(Encoding.ASCII.GetBytes("[" + string.Join(',', Enumerable.Range(0, 5_000)) + "]"));
        server.Answer("gzip-cut", $"{Json}Content-Encoding: gzip\nContent-Length: {gzip.Length}", gzip[..(gzip.Length / 2)]);

        // Corrupt data after the gzip header, which is ten bytes long.
        gzip.AsSpan(10).Fill(0xFF);
        server.Answer("gzip", $"{Json}Content-Encoding: gzip\nContent-Length: {gzip.Length}", gzip);
        server.Answer("brotli", $"{Json}Content-Encoding: br\nContent-Length: 5", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        server.Flow("flowing");
        return server;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
