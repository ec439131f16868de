using System.Globalization;
using System.Text;
using Http.CircuitBreaker.Faults;

namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>How a body ends.</summary>
internal enum BodyEnd
{
    Whole,

    /// <summary>The connection is closed, or the stream is reset, before the end.</summary>
    Cut,

    /// <summary>Nothing arrives after the first bytes.</summary>
    Stalled,
}

/// <summary>The same bodies over seven transports.</summary>
internal sealed class RandomReadServer : IAsyncDisposable
{
    public const string Http2 = "HTTP/2";
    public const string Buffered = "buffered";

    /// <summary>The lengths of the bodies. Some are longer than the first buffer of a connection.</summary>
    public static readonly int[] Lengths = [1, 100, 5_000, 20_000];

    public static readonly string[] Transports = ["length", "chunked", "close", "gzip", Http2, "TLS", Buffered];

    private static readonly string[] _rawTransports = ["length", "chunked", "close", "gzip"];

    private readonly RawServer _plain = new();
    private readonly RawServer _tls = new(Certificates.Trusted);
    private readonly KestrelServer _http2;

    private RandomReadServer(KestrelServer http2)
    {
        _http2 = http2;
        foreach (var length in Lengths)
        {
            foreach (var end in Enum.GetValues<BodyEnd>())
            {
                foreach (var transport in _rawTransports)
                {
                    Add(_plain, transport, end, length);
                }

                Add(_tls, "length", end, length);
                Add(_tls, "chunked", end, length);
            }
        }
    }

    public static async Task<RandomReadServer> StartAsync() => new(await KestrelServer.StartAsync());

    public static byte[] Body(int length)
    {
        // Random, so that compression does not shorten it.
        var body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }

    public static string Path(string transport, BodyEnd end, int length, Random random) => transport switch
    {
        Http2 => $"random/{end}/{length}",
        "TLS" => Path(random.Next(2) == 0 ? "length" : "chunked", end, length),
        Buffered => Path(_rawTransports[random.Next(_rawTransports.Length)], end, length),
        _ => Path(transport, end, length),
    };

    public GuardedClient CreateClient(string transport, bool isGuarded) => transport switch
    {
        Http2 => new GuardedClient(_http2.Address(2), isGuarded, new Version(2, 0)),
        "TLS" => new GuardedClient(_tls.Address, isGuarded, new Version(1, 1)),
        _ => new GuardedClient(_plain.Address, isGuarded, new Version(1, 1)),
    };

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _tls.DisposeAsync();
        await _http2.DisposeAsync();
    }

    private static string Path(string transport, BodyEnd end, int length) => $"{transport}/{end}/{length}";

    private static void Add(RawServer server, string transport, BodyEnd end, int length)
    {
        var (head, body) = Encode(transport, end, length);
        var path = Path(transport, end, length);
        if (end == BodyEnd.Stalled)
        {
            server.Stall(path, head, body);
        }
        else
        {
            server.Answer(path, head, body);
        }
    }

    private static (string Head, byte[] Body) Encode(string transport, BodyEnd end, int length)
    {
        const string Type = "Content-Type: text/plain; charset=utf-8\n";
        var body = Body(length);
        var missing = end == BodyEnd.Whole ? 0 : 10;
        switch (transport)
        {
            case "length":
                return (string.Create(CultureInfo.InvariantCulture, $"{Type}Content-Length: {length + missing}"), body);
            case "chunked":
                byte[] chunk = [.. Encoding.ASCII.GetBytes($"{length + missing:x}\r\n"), .. body];
                byte[] trailers = [.. "\r\n0\r\nx-checksum: 123\r\nx-twice: 1\r\nx-twice: 2\r\n\r\n"u8];
                return ($"{Type}Transfer-Encoding: chunked\nTrailer: x-checksum", end == BodyEnd.Whole ? [.. chunk, .. trailers] : chunk);
            case "gzip":
                var compressed = BrokenBodies.Gzip(body);
                var sent = end == BodyEnd.Whole ? compressed : compressed[..^10];
                return (string.Create(CultureInfo.InvariantCulture, $"{Type}Content-Encoding: gzip\nContent-Length: {compressed.Length}"), sent);
            default:
                // A body that ends with the connection cannot be cut.
                return (Type.TrimEnd(), body);
        }
    }
}
