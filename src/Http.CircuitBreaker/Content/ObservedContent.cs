using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Content;

/// <summary>Wraps a response body and records how reading it ended. The wrapper does not buffer and is transparent to the reader.</summary>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyRecorder _recorder;
    private readonly Permit _permit;
    private readonly CancellationToken _callToken;

    // When the current read started to wait: 1 plus the milliseconds since the call was admitted, or 0 if no read is waiting.
    private int _waitStart;
    private bool _isRecorded;
    private volatile bool _isCopying;

    public ObservedContent(HttpContent inner, BodyRecorder recorder, in Permit permit, CancellationToken callToken)
    {
        (_inner, _recorder, _permit, _callToken) = (inner, recorder, permit, callToken);
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            _ = values.Count == 1
                ? Headers.TryAddWithoutValidation(name, values.ToString())
                : Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>Whether this content, rather than the reader, is disposing the stream.</summary>
    public bool IsDisposing { get; private set; }

    // How long the current read has been waiting for a byte, in milliseconds.
    private long Silence => Volatile.Read(ref _waitStart) is > 0 and var start ? Elapsed - start : 0;

    private long Elapsed => _recorder.Now - _permit.AdmittedAt + 1;

    /// <summary>Whether the circuit already observes the content. An inner handler may have returned the same response again.</summary>
    public static bool Observes(HttpContent content, Circuit circuit) =>
        content is ObservedContent observed && (observed._permit.Circuit == circuit || Observes(observed._inner, circuit));

    /// <summary>Records that the body was read to the end or abandoned.</summary>
    public void End() => Record(failureReason: null);

    public void AwaitByte() => Volatile.Write(ref _waitStart, (int)Math.Clamp(Elapsed, 1, int.MaxValue));

    public void EndWait() => Volatile.Write(ref _waitStart, 0);

    public void Fail(Exception exception, CancellationToken readToken) => Record(
        readToken.IsCancellationRequested
            ? _recorder.TimeoutReason(in _permit, Silence)
            : ExceptionRules.BodyFailureReason(exception));

    /// <summary>Copies the body with <paramref name="copy"/> and records whether that failed.</summary>
    public void Copy<T>(T source, Action<T, Stream> copy, Stream destination, CancellationToken cancellationToken)
    {
        var observed = new DestinationStream(destination, this);
        try
        {
            copy(source, observed);
        }
        catch (Exception exception) when (!observed.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
        }

        End();
    }

    /// <summary>Copies the body with <paramref name="copy"/> and records whether that failed.</summary>
    public async Task CopyAsync<T>(T source, Func<T, Stream, CancellationToken, Task> copy, Stream destination, CancellationToken token)
    {
        var observed = new DestinationStream(destination, this);
        try
        {
            await copy(source, observed, token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!observed.HasThrown)
        {
            Fail(exception, token);
            throw;
        }

        End();
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known.GetValueOrDefault();
        return known.HasValue;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.CanWrite
            ? CopyAsync((_inner, context), static (from, to, t) => from._inner.CopyToAsync(to, from.context, t), stream, cancellationToken)
            : _inner.CopyToAsync(stream, context, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!stream.CanWrite)
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        _isCopying = true;
        try
        {
            var source = (_inner, context, cancellationToken);
            Copy(source, static (from, to) => from._inner.CopyTo(to, from.context, from.cancellationToken), stream, cancellationToken);
        }
        finally
        {
            _isCopying = false;
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new ObservedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this);
        }
        catch (Exception exception)
        {
            Fail(exception, cancellationToken);
            throw;
        }
    }

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        try
        {
            return new ObservedStream(_inner.ReadAsStream(cancellationToken), this);
        }
        catch (Exception exception)
        {
            Fail(exception, cancellationToken);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // At its timeout, HttpClient ends a synchronous copy by disposing the response. A gRPC client does the same at its deadline.
            var mayBeTimeout = (_isCopying || _recorder.IsGrpc) && _callToken.IsCancellationRequested;
            Record(mayBeTimeout ? _recorder.TimeoutReason(in _permit, Silence) : null);
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
