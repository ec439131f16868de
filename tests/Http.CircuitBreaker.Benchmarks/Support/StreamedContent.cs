using System.Net;

namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>Unbuffered response content, like that of a connection, with the headers Content-Type and Content-Length.</summary>
internal sealed class StreamedContent : HttpContent
{
    private static readonly byte[] _bytes = new byte[256];

    public StreamedContent()
    {
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
        Headers.TryAddWithoutValidation("Content-Length", "256");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        stream.Write(_bytes);
        return Task.CompletedTask;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new MemoryStream(_bytes, writable: false));

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
