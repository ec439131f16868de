using System.Net;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content whose synchronous copy blocks until it is disposed, like a read from a connection.</summary>
internal sealed class HangingContent : HttpContent
{
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _isDisposed = new();

    public Task Reading => _reading.Task;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _reading.SetResult();
        Assert.True(_isDisposed.Wait(TimeSpan.FromSeconds(10), CancellationToken.None));
        throw new IOException("The connection was closed.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed.Set();
        base.Dispose(disposing);
    }
}
