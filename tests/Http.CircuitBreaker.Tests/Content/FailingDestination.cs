namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A destination stream that throws synchronously, asynchronously, or only when it is flushed.</summary>
internal sealed class FailingDestination(Exception fault, bool isLate, bool failsOnFlush = false) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!failsOnFlush)
        {
            throw fault;
        }
    }

    public override void WriteByte(byte value) => Write([value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isLate)
        {
            return ThrowLaterAsync();
        }

        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush() => throw fault;

    public override Task FlushAsync(CancellationToken cancellationToken) => isLate ? ThrowLaterAsync().AsTask() : throw fault;

    private async ValueTask ThrowLaterAsync()
    {
        await Task.Yield();
        throw fault;
    }
}
