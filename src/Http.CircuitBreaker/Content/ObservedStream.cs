using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Content;

/// <summary>A stream over observed content that forwards all reads, and reports exceptions and the end of the content.</summary>
/// <remarks>Reads with invalid arguments are forwarded unchanged, so that they throw the same exception as the inner stream.</remarks>
internal sealed class ObservedStream(Stream inner, IContentObserver observer) : ForwardingStream(inner)
{
    public static Stream Open(HttpContent content, IContentObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return new ObservedStream(content.ReadAsStream(cancellationToken), observer);
        }
        catch (Exception exception)
        {
            observer.Fail(exception, cancellationToken);
            throw;
        }
    }

    /// <remarks>
    /// HttpContent keeps the returned task, so a failed task would also fail later reads. Therefore an exception that the content throws
    /// synchronously is thrown synchronously here too.
    /// </remarks>
    public static Task<Stream> OpenAsync(HttpContent content, IContentObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return AwaitStreamAsync(content.ReadAsStreamAsync(cancellationToken), observer, cancellationToken);
        }
        catch (Exception exception)
        {
            observer.Fail(exception, cancellationToken);
            throw;
        }
    }

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
            observer.Fail(exception, CancellationToken.None);
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
            observer.Fail(exception, cancellationToken);
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
        DestinationStream.Copy(
            observer, source, static (from, to) => from.Inner.CopyTo(to, from.bufferSize), destination, CancellationToken.None);
    }

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        if (!CanCopy(destination, bufferSize))
        {
            return Inner.CopyToAsync(destination, bufferSize, cancellationToken);
        }

        var source = (Inner, bufferSize);
        return DestinationStream.CopyAsync(
            observer, source, static (from, to, t) => from.Inner.CopyToAsync(to, from.bufferSize, t), destination, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        observer.End();
        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !observer.IsDisposing)
        {
            observer.End();
            base.Dispose(disposing);
        }
    }

    private static bool IsSlice(byte[] buffer, int offset, int count) =>
        buffer is not null && offset >= 0 && count >= 0 && count <= buffer.Length - offset;

    private static bool CanCopy(Stream destination, int bufferSize) => destination is { CanWrite: true } && bufferSize > 0;

    private static async Task<Stream> AwaitStreamAsync(
        Task<Stream> opening, IContentObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            return new ObservedStream(await opening.ConfigureAwait(false), observer);
        }
        catch (Exception exception)
        {
            observer.Fail(exception, cancellationToken);
            throw;
        }
    }

    private int RecordIfEnd(int read, int bufferLength)
    {
        if (read == 0 && bufferLength > 0)
        {
            observer.End();
        }

        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitReadAsync(ValueTask<int> reading, int bufferLength, CancellationToken cancellationToken)
    {
        observer.AwaitByte(cancellationToken);
        try
        {
            var read = await reading.ConfigureAwait(false);
            observer.EndWait();
            return RecordIfEnd(read, bufferLength);
        }
        catch (Exception exception)
        {
            observer.Fail(exception, cancellationToken);
            throw;
        }
    }
}
