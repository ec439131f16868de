using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Content;

/// <summary>Receives notifications while content is read or copied.</summary>
internal interface IContentObserver
{
    /// <summary>Whether the content, rather than its reader, is disposing the stream.</summary>
    bool IsDisposing { get; }

    /// <summary>Records that a read with the given token is now waiting for a byte from the content's source.</summary>
    void AwaitByte(CancellationToken readToken);

    void AwaitByte();

    void EndWait();

    /// <summary>Records that the content was read to the end, abandoned, or copied to the destination.</summary>
    void End(DestinationStream? destination = null);

    void Fail(Exception exception, CancellationToken readToken, DestinationStream? destination = null);
}

/// <summary>Wraps a response body and records how reading it ended. The wrapper does not buffer and is transparent to the reader.</summary>
internal sealed class ObservedContent : HttpContent, IContentObserver
{
    private readonly HttpContent _inner;
    private readonly BodyRecorder _recorder;
    private readonly Permit _permit;

    // The cancellation token of the last read that had to wait. The call's own token may not show that the caller canceled the read,
    // because an outer handler may have replaced the caller's token.
    private CancellationToken _readToken;

    // When the current read started to wait, in milliseconds after the call was admitted, plus 1; 0 if no read is waiting.
    private int _waitStart;
    private bool _isRecorded;

    public ObservedContent(HttpContent inner, BodyRecorder recorder, in Permit permit)
    {
        (_inner, _recorder, _permit) = (inner, recorder, permit);
        if (BodyRules.IsDecompressed(inner))
        {
            // Decompressed content has no Content-Length. Without this assignment, buffering the content would set one.
            Headers.ContentLength = null;
        }

        ContentHeaders.Copy(inner, this);
    }

    public bool IsDisposing { get; private set; }

    // How long the current read has been waiting for a byte, in milliseconds.
    private long Silence => Volatile.Read(ref _waitStart) is > 0 and var start ? Elapsed - start : 0;

    private long Elapsed => _recorder.Now - _permit.AdmittedAt + 1;

    /// <summary>
    /// Whether the client already observes the content, which happens if an inner handler returns the same response more than once.
    /// </summary>
    public static bool Observes(HttpContent content, CircuitContext client) =>
        content is ObservedContent observed && (observed._permit.Circuit.Context == client || Observes(observed._inner, client));

    public void End(DestinationStream? destination = null) => Record(failureReason: null);

    public void AwaitByte(CancellationToken readToken)
    {
        _readToken = readToken;
        AwaitByte();
    }

    public void AwaitByte() => Volatile.Write(ref _waitStart, (int)Math.Clamp(Elapsed, 1, int.MaxValue));

    public void EndWait() => Volatile.Write(ref _waitStart, 0);

    /// <summary>
    /// Records the failure if the host caused it. Otherwise nothing is recorded yet, because the body may be read again.
    /// </summary>
    public void Fail(Exception exception, CancellationToken readToken, DestinationStream? destination = null)
    {
        if (destination is { HasThrown: true })
        {
            return;
        }

        var reason = readToken.IsCancellationRequested
            ? _recorder.TimeoutReason(in _permit, Silence)
            : ExceptionRules.BodyFailureReason(exception);
        EndWait();
        if (reason is not null)
        {
            Record(reason);
        }
    }

    protected override bool TryComputeLength(out long length) => ContentHeaders.TryGetLength(_inner, out length);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.CanWrite
            ? DestinationStream.CopyAsync(
                this, (_inner, context), static (from, to, t) => from._inner.CopyToAsync(to, from.context, t), stream, cancellationToken)
            : _inner.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!stream.CanWrite)
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        var source = (_inner, context, cancellationToken);
        DestinationStream.Copy(
            this, source, static (from, to) => from._inner.CopyTo(to, from.context, from.cancellationToken), stream, cancellationToken);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        ObservedStream.OpenAsync(_inner, this, cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        ObservedStream.Open(_inner, this, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // HttpClient disposes the response if its timeout expires during a synchronous copy, and a gRPC client does so at its deadline.
            // Such a disposal counts as a timeout.
            Record(_readToken.IsCancellationRequested ? _recorder.TimeoutReason(in _permit, Silence) : null);
            _inner.Dispose();
        }

        IsDisposing = disposing;
        base.Dispose(disposing);
        IsDisposing = false;
    }

    private void Record(string? failureReason)
    {
        if (!Interlocked.Exchange(ref _isRecorded, true))
        {
            _recorder.Record(in _permit, failureReason);
        }
    }
}
