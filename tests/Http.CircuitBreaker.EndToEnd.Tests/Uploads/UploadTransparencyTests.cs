using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>An observed upload behaves like one without a circuit breaker.</summary>
public sealed class UploadTransparencyTests(SharedUploadServer shared) : IClassFixture<SharedUploadServer>
{
    private static readonly int[] _httpVersions = [1, 2];
    private static readonly byte[] _bytes = [.. Enumerable.Range(0, 50_000).Select(i => (byte)i)];

    private static readonly (string Name, Func<HttpContent> Create)[] _contents =
    [
        ("in memory", () => new ByteArrayContent(_bytes)),
        ("seekable stream", () => new StreamContent(new MemoryStream(_bytes))),
        ("seekable stream from its middle", () => new StreamContent(new MemoryStream(_bytes) { Position = 20_000 })),
        ("one-shot stream", () => new StreamContent(new OneShotStream(_bytes))),
        ("one-shot stream with a length", () => With(new StreamContent(new OneShotStream(_bytes)), headers => headers.ContentLength = _bytes.Length)),
        ("stream without a length header", () => With(new StreamContent(new MemoryStream(_bytes)), headers => headers.ContentLength = null)),
        ("stream with headers", () => With(new StreamContent(new MemoryStream(_bytes)), headers =>
        {
            headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
            headers.ContentLanguage.Add("de");
            headers.ContentLanguage.Add("en");
            headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = "\u20ac.txt" };
            headers.Expires = DateTimeOffset.UnixEpoch;
            headers.TryAddWithoutValidation("X-Twice", ["one", "two"]);
            headers.TryAddWithoutValidation("Content-MD5", "no base64");
        })),
        ("too short", () => With(new StreamContent(new OneShotStream(_bytes)), headers => headers.ContentLength = 60_000)),
        ("too long", () => With(new StreamContent(new OneShotStream(_bytes)), headers => headers.ContentLength = 40_000)),
        ("custom", () => new PushContent((stream, token) => stream.WriteAsync(_bytes, token).AsTask())),
        ("custom with a length", () => new PushContent((stream, token) => stream.WriteAsync(_bytes, token).AsTask(), _bytes.Length)),
        ("custom, writes nothing", () => new PushContent((_, _) => Task.CompletedTask)),
        ("custom, closes the stream", () => new PushContent(async (stream, token) =>
        {
            await stream.WriteAsync(_bytes, token);
            await stream.DisposeAsync();
        })),
        ("custom, describes the stream", () => new PushContent((stream, token) =>
            stream.WriteAsync(Encoding.UTF8.GetBytes($"{stream.CanRead} {stream.CanSeek} {stream.CanWrite} {stream.CanTimeout}"), token).AsTask())),
        ("fails at the start", () => new StreamContent(new OneShotStream([], new IOException("source")))),
        ("fails in the middle", () => new StreamContent(new OneShotStream(_bytes, new IOException("source")))),
        ("fails with an InvalidOperationException", () => new StreamContent(new OneShotStream(_bytes, new InvalidOperationException("source")))),
        ("fails with another exception", () => new StreamContent(new OneShotStream(_bytes, new FormatException("source")))),
        ("multipart", () => new MultipartFormDataContent("boundary") { { new StringContent("text"), "a" }, { new StreamContent(new OneShotStream(_bytes)), "b", "f" } }),
        ("multipart that fails", () => new MultipartContent("mixed", "boundary") { new StreamContent(new OneShotStream(_bytes, new IOException("source"))) }),
        ("json", () => JsonContent.Create(Enumerable.Range(0, 10_000))),
        ("buffered stream", () => Buffered(new StreamContent(new OneShotStream(_bytes)))),
        ("closed stream", () => new StreamContent(Closed(new MemoryStream(_bytes)))),
    ];

    private readonly UploadServer _server = shared.Server;

    public static TheoryData<string, int> Contents
    {
        get
        {
            var data = new TheoryData<string, int>();
            Array.ForEach(_contents, content => Array.ForEach(_httpVersions, version => data.Add(content.Name, version)));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Upload_through_an_inner_handler_has_the_same_result_with_and_without_a_breaker(string name, int httpVersion)
    {
        foreach (var (handler, create) in UploadHandlers.All.ExceptBy(KnownDifferences(name), handler => handler.Name))
        {
            await AssertSameAsync($"{name}, handler {handler}", httpVersion, name, "described", inside: create);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Upload_repeated_by_an_outer_handler_has_the_same_result_with_and_without_a_breaker(string name, int httpVersion) =>
        await AssertSameAsync(name, httpVersion, name, "described", outside: () => new UploadHandlers.Resending());

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Redirected_upload_has_the_same_result_with_and_without_a_breaker(string name, int httpVersion)
    {
        foreach (var path in (string[])["301", "303", "307", "308"])
        {
            await AssertSameAsync($"{name}, {path}", httpVersion, name, path);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Chunked_PUT_and_synchronous_uploads_have_the_same_result_with_and_without_a_breaker(string name, int httpVersion)
    {
        await AssertSameAsync($"{name}, chunked", httpVersion, name, "described", request => request.Headers.TransferEncodingChunked = true);
        await AssertSameAsync($"{name}, expect", httpVersion, name, "described", request => request.Headers.ExpectContinue = true);
        await AssertSameAsync($"{name}, PUT", httpVersion, name, "described", request => request.Method = HttpMethod.Put);
        if (httpVersion == 2)
        {
            await AssertSameAsync($"{name}, trailers", httpVersion, name, "trailers");
        }
        else
        {
            await AssertSameAsync($"{name}, sync", httpVersion, name, "described", isSync: true);
            await AssertSameAsync($"{name}, sync redirect", httpVersion, name, "307", isSync: true);
        }
    }

    private static string[] KnownDifferences(string content) => content switch
    {
        // The stream throws before it is read, so the breaker does not see the error.
        "closed stream" => ["replaces the content by its stream"],
        _ => [],
    };

    private static HttpContent With(HttpContent content, Action<HttpContentHeaders> change)
    {
        change(content.Headers);
        return content;
    }

    private static HttpContent Buffered(HttpContent content)
    {
        content.LoadIntoBufferAsync().GetAwaiter().GetResult();
        return content;
    }

    private static MemoryStream Closed(MemoryStream stream)
    {
        stream.Dispose();
        return stream;
    }

    private async Task AssertSameAsync(
        string description,
        int httpVersion,
        string name,
        string path,
        Action<HttpRequestMessage>? change = null,
        bool isSync = false,
        Func<DelegatingHandler>? inside = null,
        Func<DelegatingHandler>? outside = null)
    {
        var (create, texts) = (_contents.Single(content => content.Name == name).Create, new List<string>());
        foreach (var isGuarded in (bool[])[false, true])
        {
            using var client = new UploadClient(_server.Address(httpVersion), httpVersion, isGuarded, inside?.Invoke(), outside?.Invoke());
            var content = create();
            var text = await client.DescribeAsync(path, content, change, isSync);
            texts.Add($"{text}\nread again: {await Content.Transcript.CreateAsync(async () => $"{(await content.ReadAsByteArrayAsync()).Length}")}");
            Assert.True(!isGuarded || client.Circuit is { TotalFailed: 0, InFlight: 0 }, $"{description}: {text}");
        }

        Assert.True(texts[0] == texts[1], $"{description}, without a breaker:\n{texts[0]}\nwith one:\n{texts[1]}");
    }
}
