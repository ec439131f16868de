using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Content;

/// <summary>The stream of an observed body: every way to read it, forwarded, with an eye on its end and its errors.</summary>
internal sealed class ObservedStream(Stream inner, ObservedContent content) : Stream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanTimeout => inner.CanTimeout;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int ReadTimeout
    {
        get => inner.ReadTimeout;
        set => inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => inner.WriteTimeout;
        set => inner.WriteTimeout = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Noted(inner.Read(buffer, offset, count), count);
        }
        catch (Exception exception)
        {
            content.Fail(exception, CancellationToken.None);
            throw;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Noted(inner.Read(buffer), buffer.Length);
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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> reading;
        try
        {
            reading = inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            content.Fail(exception, cancellationToken);
            throw;
        }

        return reading.IsCompletedSuccessfully
            ? new ValueTask<int>(Noted(reading.Result, buffer.Length))
            : WatchAsync(reading, buffer.Length, cancellationToken);
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        var watched = new DestinationStream(destination, content);
        try
        {
            inner.CopyTo(watched, bufferSize);
        }
        catch (Exception exception) when (!watched.HasThrown)
        {
            content.Fail(exception, CancellationToken.None);
            throw;
        }

        content.End();
    }

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        var watched = new DestinationStream(destination, content);
        try
        {
            return content.WatchAsync(inner.CopyToAsync(watched, bufferSize, cancellationToken), watched, cancellationToken);
        }
        catch (Exception exception) when (!watched.HasThrown)
        {
            content.Fail(exception, cancellationToken);
            throw;
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    [SuppressMessage("Usage", "CA2215", Justification = "It would dispose the inner stream once more.")]
    public override ValueTask DisposeAsync()
    {
        content.End();
        return inner.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !content.IsDisposing)
        {
            content.End();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Nothing read although there was room: the end.
    private int Noted(int read, int room)
    {
        if (read == 0 && room > 0)
        {
            content.End();
        }

        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WatchAsync(ValueTask<int> reading, int room, CancellationToken cancellationToken)
    {
        int read;
        content.AwaitByte();
        try
        {
            read = await reading.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            content.Fail(exception, cancellationToken);
            throw;
        }

        content.EndWait();
        return Noted(read, room);
    }
}
