using System.Net;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Request content that records whether it was read or its length was requested.</summary>
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
