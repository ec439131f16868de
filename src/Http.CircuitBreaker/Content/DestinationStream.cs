namespace Http.CircuitBreaker.Content;

/// <summary>
/// Wraps the stream that content is copied to. The wrapper distinguishes write errors from errors in the content, and reports when bytes
/// are copied.
/// </summary>
internal sealed class DestinationStream : ForwardingStream
{
    private readonly IContentObserver _content;

    // The number of bytes that are still expected. If the length is unknown, this number is so large that it never reaches zero.
    private long _remaining;
    private bool _isWriting;

    public DestinationStream(Stream destination, IContentObserver content, CancellationToken copyToken, long? length = null)
        : base(destination)
    {
        (_content, _remaining) = (content, length ?? long.MaxValue);
        content.AwaitByte(copyToken);
    }

    /// <summary>
    /// Whether a write to the destination threw an exception. The write then stays marked as in progress, unlike when the content itself
    /// throws.
    /// </summary>
    public bool HasThrown => _isWriting;

    public bool IsTooLong => _remaining < 0;

    public bool IsTooShort => _remaining is > 0 and < long.MaxValue / 2;

    /// <summary>Copies content with <paramref name="copy"/> and reports to the observer whether the copy failed.</summary>
    public static void Copy<T>(IContentObserver content, T source, Action<T, Stream> copy, Stream destination, CancellationToken token)
    {
        var observed = new DestinationStream(destination, content, token);
        try
        {
            copy(source, observed);
        }
        catch (Exception exception)
        {
            content.Fail(exception, token, observed);
            throw;
        }

        content.End(observed);
    }

    public static async Task CopyAsync<T>(
        IContentObserver content, T source, Func<T, Stream, CancellationToken, Task> copy, Stream destination, CancellationToken token)
    {
        var observed = new DestinationStream(destination, content, token);
        try
        {
            await copy(source, observed, token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            content.Fail(exception, token, observed);
            throw;
        }

        content.End(observed);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginWrite(buffer.Length);
        Inner.Write(buffer);
        EndWrite();
    }

    public override void WriteByte(byte value) => Write([value]);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginWrite(buffer.Length);
        var writing = Inner.WriteAsync(buffer, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
        {
            return AwaitWriteAsync(writing);
        }

        EndWrite();
        return writing;
    }

    public override void Flush()
    {
        _isWriting = true;
        Inner.Flush();
        _isWriting = false;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        _isWriting = true;
        await Inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        _isWriting = false;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask AwaitWriteAsync(ValueTask writing)
    {
        await writing.ConfigureAwait(false);
        EndWrite();
    }

    // While a write is in progress, the content waits for the destination, so that time does not count as waiting for the source.
    private void BeginWrite(int count)
    {
        _remaining -= count;
        _isWriting = true;
        _content.EndWait();
    }

    private void EndWrite()
    {
        _isWriting = false;
        _content.AwaitByte();
    }
}
