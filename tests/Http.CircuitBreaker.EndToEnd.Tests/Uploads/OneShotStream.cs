namespace Http.CircuitBreaker.EndToEnd.Tests.Uploads;

/// <summary>A stream that can be read once and has no length, like that of a connection. It may throw after its last byte.</summary>
internal sealed class OneShotStream(byte[] bytes, Exception? fault = null) : Stream
{
    private const int MaxRead = 10_000;
    private int _position;

    public int Reads { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Reads++;
        var rest = bytes.AsSpan(_position);
        var read = Math.Min(Math.Min(buffer.Length, MaxRead), rest.Length);
        rest[..read].CopyTo(buffer);
        _position += read;
        return read == 0 && fault is not null ? throw fault : read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return Read(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
