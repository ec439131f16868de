namespace Http.CircuitBreaker.Content;

/// <summary>Wraps the destination of a copy, to distinguish write errors from errors in the body and to report received bytes.</summary>
internal sealed class DestinationStream : ForwardingStream
{
    private readonly ObservedContent _content;
    private bool _isWriting;

    public DestinationStream(Stream destination, ObservedContent content, CancellationToken copyToken)
        : base(destination)
    {
        _content = content;
        content.AwaitByte(copyToken);
    }

    /// <summary>Whether a write threw an exception. Errors in the body occur only between writes.</summary>
    public bool HasThrown => _isWriting;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginWrite();
        Inner.Write(buffer);
        EndWrite();
    }

    public override void WriteByte(byte value) => Write([value]);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginWrite();
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

    // The time that a slow destination takes to write does not count as the host's silence.
    private void BeginWrite()
    {
        _isWriting = true;
        _content.EndWait();
    }

    private void EndWrite()
    {
        _isWriting = false;
        _content.AwaitByte();
    }
}
