using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A content that writes by itself, flushes, and closes what it has written to.</summary>
internal sealed class OwnWriterContent(int content) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[content]);
        await stream.FlushAsync();
        await stream.DisposeAsync();
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        stream.Write(new byte[content]);
        stream.Flush();
        stream.Dispose();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
