using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content that writes to the destination itself, flushes it and closes it.</summary>
internal sealed class SelfWritingContent(int length) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[length]);
        await stream.FlushAsync();
        await stream.DisposeAsync();
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        stream.Write(new byte[length]);
        stream.Flush();
        stream.Dispose();
    }

    protected override bool TryComputeLength(out long computedLength)
    {
        computedLength = 0;
        return false;
    }
}
