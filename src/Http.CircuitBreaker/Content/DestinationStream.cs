using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Content;

/// <summary>Where a body is copied to. Records whether the destination threw, as a full disk is not the host's failure, and when the last byte came.</summary>
internal sealed class DestinationStream : Stream
{
    private readonly Stream _inner;
    private readonly ObservedContent _content;

    public DestinationStream(Stream destination, ObservedContent content)
    {
        (_inner, _content) = (destination, content);
        content.AwaitByte();
    }

    public bool HasThrown { get; private set; }

    public override bool CanRead => _inner.CanRead;

    public override bool CanSeek => _inner.CanSeek;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanTimeout => _inner.CanTimeout;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => _inner.Position = value;
    }

    public override int WriteTimeout
    {
        get => _inner.WriteTimeout;
        set => _inner.WriteTimeout = value;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        catch
        {
            HasThrown = true;
            throw;
        }

        _content.AwaitByte();
    }

    public override void WriteByte(byte value) => Write([value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask writing;
        try
        {
            writing = _inner.WriteAsync(buffer, cancellationToken);
        }
        catch
        {
            HasThrown = true;
            throw;
        }

        if (!writing.IsCompletedSuccessfully)
        {
            return WatchAsync(writing);
        }

        _content.AwaitByte();
        return writing;
    }

    public override void Flush()
    {
        try
        {
            _inner.Flush();
        }
        catch
        {
            HasThrown = true;
            throw;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            HasThrown = true;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => _inner.Seek(offset, origin);

    public override void SetLength(long value) => _inner.SetLength(value);

    [SuppressMessage("Usage", "CA2215", Justification = "It would dispose the inner stream once more.")]
    public override ValueTask DisposeAsync() => _inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask WatchAsync(ValueTask writing)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch
        {
            HasThrown = true;
            throw;
        }

        _content.AwaitByte();
    }
}
