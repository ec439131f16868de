using System.Net;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>A response body whose connection breaks during the read.</summary>
internal sealed class BrokenBody : HttpContent
{
    private static readonly TimeSpan _breaksAfter = TimeSpan.FromMilliseconds(100);

    private readonly VirtualTime _time;

    public BrokenBody(VirtualTime time)
    {
        _time = time;
        Headers.ContentLength = 1_000_000;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource();
        _time.After(_breaksAfter, () => end.TrySetException(new HttpIOException(HttpRequestError.ResponseEnded)));
        return end.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
