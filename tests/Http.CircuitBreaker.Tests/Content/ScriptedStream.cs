namespace Http.CircuitBreaker.Tests.Content;

/// <summary>
/// A stream with scripted steps: a byte array is returned by the next read, an exception is thrown, and a task is awaited before the next
/// step. A function that returns a task is the same, but the read cannot be canceled meanwhile. The stream ends after the last step.
/// </summary>
internal sealed class ScriptedStream(params object[] script) : Stream
{
    private readonly Queue<object> _steps = new(script);

    public int Disposals { get; private set; }

    public override bool CanRead => Disposals == 0;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("No length.");

    public override long Position
    {
        get => throw new NotSupportedException("No position.");
        set => throw new NotSupportedException("No position.");
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Disposals > 0, this);
        if (buffer.Length == 0 || _steps.Count == 0)
        {
            return 0;
        }

        switch (_steps.Peek())
        {
            case byte[] bytes:
                _steps.Dequeue();
                bytes.CopyTo(buffer);
                return bytes.Length;
            case Exception exception:
                throw exception;
            default:
                throw new InvalidOperationException("The next step is a task; read asynchronously.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_steps.TryPeek(out var step) && step is Task or Func<Task>)
        {
            await (step is Task signal ? signal.WaitAsync(cancellationToken) : ((Func<Task>)step)());
            _steps.TryDequeue(out _);
        }

        return Read(buffer.Span);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("No seeking.");

    public override void SetLength(long value) => throw new NotSupportedException("No length.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("No writing.");

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
