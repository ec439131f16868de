using System.Net;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A request content that can be read only once and remembers whether somebody did, or asked for its length.</summary>
internal sealed class HandlerUntouchableContent : HttpContent
{
    public bool IsTouched { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        IsTouched = true;
        return Task.CompletedTask;
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => IsTouched = true;

    protected override bool TryComputeLength(out long length)
    {
        IsTouched = true;
        length = 0;
        return false;
    }
}
