using System.IO.Compression;
using System.Net;
using System.Text;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>Handlers that use the request's content in ways that real handlers do.</summary>
internal static class UploadHandlers
{
    /// <summary>Handlers by name. Each call creates a new one.</summary>
    public static readonly (string Name, Func<DelegatingHandler> Create)[] All =
    [
        ("none", () => new Changing(_ => Task.CompletedTask)),
        ("adds a content header", () => new Changing(request => Do(() => request.Content!.Headers.TryAddWithoutValidation("X-Digest", "abc")))),
        ("changes the content type", () => new Changing(request => Do(() => request.Content!.Headers.ContentType = new("text/changed")))),
        ("sets a length", () => new Changing(request => Do(() => request.Content!.Headers.ContentLength = 50_000))),
        ("sends in chunks", () => new Changing(request => Do(() => request.Headers.TransferEncodingChunked = true))),
        ("buffers", () => new Changing(request => request.Content!.LoadIntoBufferAsync())),
        ("reads the bytes", () => new Changing(async request => Sign(request, await request.Content!.ReadAsByteArrayAsync()))),
        ("reads the text", () => new Changing(async request => Sign(request, Encoding.UTF8.GetBytes(await request.Content!.ReadAsStringAsync())))),
        ("copies", () => new Changing(async request =>
        {
            var copy = new MemoryStream();
            await request.Content!.CopyToAsync(copy);
            Sign(request, copy.ToArray());
        })),
        ("opens the stream", () => new Changing(async request => Sign(request, [(byte)((await request.Content!.ReadAsStreamAsync()).CanSeek ? 1 : 0)]))),
        ("reads the stream", () => new Changing(async request =>
        {
            var copy = new MemoryStream();
            await (await request.Content!.ReadAsStreamAsync()).CopyToAsync(copy);
            Sign(request, copy.ToArray());
        })),
        ("replaces the content by its stream", () => new Changing(async request =>
            request.Content = new StreamContent(await request.Content!.ReadAsStreamAsync()))),
        ("compresses", () => new Changing(request => Do(() => request.Content = new GzipContent(request.Content!)))),
        ("drops the content", () => new Changing(request => Do(() => request.Content = null))),
        ("sends twice", () => new Resending()),
    ];

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static void Sign(HttpRequestMessage request, byte[] bytes) => request.Headers.Add("X-Signature", $"{bytes.Length}-{bytes.Sum(value => value)}");

    /// <summary>Changes the request before it is sent.</summary>
    public sealed class Changing(Func<HttpRequestMessage, Task> change) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await change(request);
            return await base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            change(request).GetAwaiter().GetResult();
            return base.Send(request, cancellationToken);
        }
    }

    /// <summary>Sends every request twice and returns the second response, like a retry.</summary>
    public sealed class Resending : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = base.Send(request, cancellationToken);
            return base.Send(request, cancellationToken);
        }
    }

    private sealed class GzipContent : HttpContent
    {
        private readonly HttpContent _content;

        public GzipContent(HttpContent content)
        {
            _content = content;
            Headers.ContentEncoding.Add("gzip");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
            await _content.CopyToAsync(gzip, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
