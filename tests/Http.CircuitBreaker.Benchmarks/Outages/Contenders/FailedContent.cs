using System.Net;

namespace Http.CircuitBreaker.Benchmarks.Outages.Contenders;

/// <summary>A response body that a policy has read in vain. Reading it fails immediately.</summary>
internal sealed class FailedContent(Exception exception) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.FromException(exception);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
