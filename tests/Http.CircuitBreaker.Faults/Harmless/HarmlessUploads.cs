using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Http.CircuitBreaker.Faults.Harmless;

/// <summary>Requests that fail because of their own content or headers.</summary>
internal static class HarmlessUploads
{
    private const string Truncated = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nshort";

    private static readonly TimeSpan _clientTimeout = TimeSpan.FromSeconds(2);

    // Reads the responses that are sent on.
    private static readonly HttpClient _reader = new() { DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    public static IEnumerable<HarmlessCase> All() => [.. Sources(), .. Lengths(), .. Responses(), .. Headers()];

    private static IEnumerable<HarmlessCase> Sources() =>
    [
        new("request content throws IOException") { Call = client => FailAsync(client, Failing(new IOException("Disk."))) },
        new("request content throws ObjectDisposedException") { Call = client => FailAsync(client, Failing(new ObjectDisposedException("file"))) },
        new("request content throws InvalidOperationException") { Call = client => FailAsync(client, Failing(new InvalidOperationException("Order."))) },
        new("request content throws IOException, HTTP/2") { Call = client => FailAsync(client, Failing(new IOException("Disk."))), IsHttp2 = true },
        new("part of multipart content throws IOException")
        {
            Call = client => FailAsync(client, new MultipartFormDataContent { { Failing(new IOException("Disk.")), "file" } }),
        },
        new("JSON that cannot be serialized") { Call = client => FailAsync(client, JsonContent.Create(new Cycle())) },
        new("asynchronous sequence in JSON throws IOException") { Call = client => FailAsync(client, JsonContent.Create(ThrowingAsync())) },
        new("request content stalls until the client's timeout")
        {
            Call = client => Expect.ThrowsAsync<OperationCanceledException>(() => PostAsync(client, new StreamContent(new FaultyStream()))),
            ClientTimeout = _clientTimeout,
        },
    ];

    private static IEnumerable<HarmlessCase> Lengths() =>
        from isHttp2 in (bool[])[false, true]
        let suffix = isHttp2 ? ", HTTP/2" : ""
        from harmless in (HarmlessCase[])
        [
            new("request content shorter than its Content-Length" + suffix) { Call = client => FailAsync(client, WithLength(Stream(10), 20)), IsHttp2 = isHttp2 },
            new("request content longer than its Content-Length" + suffix) { Call = client => FailAsync(client, WithLength(Stream(20), 10)), IsHttp2 = isHttp2 },
            new("request content in memory with a wrong Content-Length" + suffix)
            {
                Call = client => FailAsync(client, WithLength(new ByteArrayContent(new byte[10]), 20)),
                IsHttp2 = isHttp2,
            },
        ]
        select harmless;

    private static IEnumerable<HarmlessCase> Responses() =>
    [
        new("request content is a response that is reset") { Call = client => ForwardAsync(client, Raw(Behaviours.AnswerAndReset(Truncated)), isStream: true) },
        new("request content is a response that ends early") { Call = client => ForwardAsync(client, Raw(Behaviours.Answer(Truncated)), isStream: false) },
        new("request content is an HTTP/2 response that is reset") { Call = client => ForwardAsync(client, Http2SiteAsync(), isStream: false), IsHttp2 = true },
        new("request content is the stream of an HTTP/2 response that is reset") { Call = client => ForwardAsync(client, Http2SiteAsync(), isStream: true) },
    ];

    private static IEnumerable<HarmlessCase> Headers() =>
    [
        new("header value that is not ASCII") { Call = client => FailAsync(client, ("X-User", "José")) },
        new("header value that is not ASCII, HTTP/2") { Call = client => FailAsync(client, ("X-User", "José")), IsHttp2 = true },
        new("header value with a line break, HTTP/2") { Call = client => FailAsync(client, ("X-User", "a\r\nb")), IsHttp2 = true },
        new("headers over the host's limit, HTTP/2") { Call = client => FailAsync(client, ("X-Large", new string('x', 40_000))), IsHttp2 = true },
        new("HTTP version that is not available")
        {
            Call = client => FailAsync(client, request => (request.Version, request.VersionPolicy) = (HttpVersion.Version30, HttpVersionPolicy.RequestVersionExact)),
        },
        new("HTTP/2 to a resource that requires HTTP/1.1")
        {
            Call = client => FailAsync(client, request => request.RequestUri = new Uri("http11", UriKind.Relative)),
            IsHttp2 = true,
        },
        new("chunked request without content") { Call = client => FailAsync(client, request => request.Headers.TransferEncodingChunked = true) },
    ];

    private static Task<IFaultySite> Raw(Behaviour behaviour) => Task.FromResult<IFaultySite>(new RawSite(behaviour));

    private static Task<IFaultySite> Http2SiteAsync() => Http2Site.StartAsync(async context =>
    {
        await context.Response.WriteAsync("short");
        await context.Response.Body.FlushAsync();
        await Task.Delay(50);
        context.Features.Get<IHttpResetFeature>()!.Reset(2);
    });

    private static async Task ForwardAsync(HttpClient client, Task<IFaultySite> starting, bool isStream)
    {
        await using var site = await starting;
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Address)
        {
            Version = site is Http2Site ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await _reader.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await FailAsync(client, isStream ? new StreamContent(await response.Content.ReadAsStreamAsync()) : response.Content);
    }

    private static async Task PostAsync(HttpClient client, HttpContent content)
    {
        using var response = await client.PostAsync("upload", content);
    }

    private static Task FailAsync(HttpClient client, HttpContent content) => Expect.ThrowsAsync<Exception>(() => PostAsync(client, content));

    private static Task FailAsync(HttpClient client, (string Name, string Value) headers) =>
        FailAsync(client, request => request.Headers.TryAddWithoutValidation(headers.Name, headers.Value));

    private static Task FailAsync(HttpClient client, Action<HttpRequestMessage> change) => Expect.ThrowsAsync<HttpRequestException>(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "status/200") { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        change(request);
        using var response = await client.SendAsync(request);
    });

    private static StreamContent Failing(Exception fault) => new(new FaultyStream(fault));

    private static StreamContent Stream(int length) => new(new MemoryStream(new byte[length]));

    private static HttpContent WithLength(HttpContent content, long length)
    {
        content.Headers.ContentLength = length;
        return content;
    }

    private static async IAsyncEnumerable<int> ThrowingAsync()
    {
        await Task.Yield();
        yield return 1;
        throw new IOException("Database.");
    }

    private sealed class Cycle
    {
        public Cycle Next => this;
    }

    /// <summary>A stream that fails after the first bytes, or stalls if there is no exception.</summary>
    private sealed class FaultyStream(Exception? fault = null) : MemoryStream(new byte[1_000])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (Position > 0)
            {
                await (fault is null ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.FromException(fault));
            }

            return await base.ReadAsync(buffer[..Math.Min(100, buffer.Length)], cancellationToken);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            var buffer = new byte[100];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
