using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Request content that writes itself to the stream of the transport.</summary>
internal sealed class PushContent(Func<Stream, Task> write, long? length = null) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length.GetValueOrDefault();
        return length.HasValue;
    }
}
