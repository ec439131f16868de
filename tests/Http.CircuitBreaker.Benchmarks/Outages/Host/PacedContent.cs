using System.Net;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>A response body that arrives chunk by chunk.</summary>
internal sealed class PacedContent(VirtualTime time, Pace pace) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        new PacedStream(time, pace).CopyToAsync(stream, cancellationToken);

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new PacedStream(time, pace));

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A request body that is written chunk by chunk, as fast as the host reads.</summary>
internal sealed class ChunkedContent(int chunks) : HttpContent
{
    private static readonly byte[] _chunk = new byte[16];

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < chunks; i++)
        {
            await stream.WriteAsync(_chunk, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = chunks * _chunk.Length;
        return true;
    }
}
