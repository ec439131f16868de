namespace Http.CircuitBreaker.Tests.Bodies;

/// <summary>A destination that takes nothing: it throws at once, or after a while.</summary>
internal sealed class FullStream(Exception fault, bool isLate) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count) => throw fault;

    public override void Write(ReadOnlySpan<byte> buffer) => throw fault;

    public override void WriteByte(byte value) => throw fault;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        isLate ? ThrowLaterAsync() : throw fault;

    private async ValueTask ThrowLaterAsync()
    {
        await Task.Yield();
        throw fault;
    }
}
