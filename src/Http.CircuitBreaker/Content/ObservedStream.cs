using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Content;

/// <summary>The stream of an observed body. It forwards all reads, and reports exceptions and the end of the body.</summary>
/// <remarks>Reads with invalid arguments are forwarded unchanged, so that they throw the same exception as without this stream.</remarks>
internal sealed class ObservedStream(Stream inner, ObservedContent content) : ForwardingStream(inner)
{
    public override int Read(byte[] buffer, int offset, int count) => IsSlice(buffer, offset, count)
        ? Read(buffer.AsSpan(offset, count))
        : Inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return RecordIfEnd(Inner.Read(buffer), buffer.Length);
        }
        catch (Exception exception)
        {
            content.Fail(exception, CancellationToken.None);
            throw;
        }
    }

    public override int ReadByte()
    {
        var single = (Span<byte>)stackalloc byte[1];
        return Read(single) == 0 ? -1 : single[0];
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        IsSlice(buffer, offset, count)
            ? ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask()
            : Inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var reading = Inner.ReadAsync(buffer, cancellationToken);
            return reading.IsCompletedSuccessfully
                ? new ValueTask<int>(RecordIfEnd(reading.Result, buffer.Length))
                : AwaitReadAsync(reading, buffer.Length, cancellationToken);
        }
        catch (Exception exception)
        {
            content.Fail(exception, cancellationToken);
            throw;
        }
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void CopyTo(Stream destination, int bufferSize)
    {
        if (!CanCopy(destination, bufferSize))
        {
            Inner.CopyTo(destination, bufferSize);
            return;
        }

        var source = (Inner, bufferSize);
        content.Copy(source, static (from, to) => from.Inner.CopyTo(to, from.bufferSize), destination, CancellationToken.None);
    }

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        if (!CanCopy(destination, bufferSize))
        {
            return Inner.CopyToAsync(destination, bufferSize, cancellationToken);
        }

        var source = (Inner, bufferSize);
        return content.CopyAsync(
            source, static (from, to, token) => from.Inner.CopyToAsync(to, from.bufferSize, token), destination, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        content.End();
        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !content.IsDisposing)
        {
            content.End();
            base.Dispose(disposing);
        }
    }

    private static bool IsSlice(byte[] buffer, int offset, int count) =>
        buffer is not null && offset >= 0 && count >= 0 && count <= buffer.Length - offset;

    private static bool CanCopy(Stream destination, int bufferSize) => destination is { CanWrite: true } && bufferSize > 0;

    private int RecordIfEnd(int read, int bufferLength)
    {
        if (read == 0 && bufferLength > 0)
        {
            content.End();
        }

        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitReadAsync(ValueTask<int> reading, int bufferLength, CancellationToken cancellationToken)
    {
        content.AwaitByte(cancellationToken);
        try
        {
            var read = await reading.ConfigureAwait(false);
            content.EndWait();
            return RecordIfEnd(read, bufferLength);
        }
        catch (Exception exception)
        {
            content.Fail(exception, cancellationToken);
            throw;
        }
    }
}
