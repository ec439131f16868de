using System.Net;

namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>Request content that writes itself to the stream of the transport, as a gRPC client or YARP does.</summary>
internal sealed class PushContent(Func<Stream, CancellationToken, Task> write, long? length = null) : HttpContent
{
    public int Disposals { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken);

    // The same writes, on a thread of their own.
    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken).GetAwaiter().GetResult();

    protected override bool TryComputeLength(out long computed)
    {
        computed = length.GetValueOrDefault();
        return length.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
