using System.Net;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Content;

/// <summary>A response body that records, once, how it ended. It buffers nothing and is transparent to its reader.</summary>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyRecorder _recorder;
    private readonly Permit _permit;
    private readonly CancellationToken _callToken;
    private int _silentFrom;
    private bool _isRecorded;
    private volatile bool _isCopying;

    public ObservedContent(HttpContent inner, BodyRecorder recorder, in Permit permit, CancellationToken callToken)
    {
        (_inner, _recorder, _permit, _callToken) = (inner, recorder, permit, callToken);
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (values.Count == 1)
            {
                Headers.TryAddWithoutValidation(name, values.ToString());
            }
            else
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    /// <summary>The inner content is disposing the inner stream.</summary>
    public bool IsDisposing { get; private set; }

    // Milliseconds from the admission, counted from one; zero if no read is waiting for a byte.
    private long Silence => Volatile.Read(ref _silentFrom) is > 0 and var from ? Elapsed - from : 0;

    private long Elapsed => _recorder.Now - _permit.AdmittedAt + 1;

    /// <summary>Whether the content is observed for this circuit already: a handler below may return one response several times.</summary>
    public static bool Observes(HttpContent content, Circuit circuit)
    {
        for (var layer = content as ObservedContent; layer is not null; layer = layer._inner as ObservedContent)
        {
            if (layer._permit.Circuit == circuit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The body is at its end, or its reader has left it.</summary>
    public void End()
    {
        if (TryRecord())
        {
            _recorder.RecordEnd(in _permit);
        }
    }

    /// <summary>A read is waiting for the next byte.</summary>
    public void AwaitByte() => Volatile.Write(ref _silentFrom, (int)Math.Clamp(Elapsed, 1, int.MaxValue));

    /// <summary>No read is waiting.</summary>
    public void EndWait() => Volatile.Write(ref _silentFrom, 0);

    public void Fail(Exception exception, CancellationToken readToken)
    {
        if (readToken.IsCancellationRequested)
        {
            Leave(readToken == _callToken || _recorder.IsStalled(_permit.AdmittedAt, Silence));
        }
        else if (TryRecord())
        {
            _recorder.RecordException(in _permit, exception);
        }
    }

    /// <summary>Watches a copy of the body that has been started.</summary>
    public Task WatchAsync(Task copying, DestinationStream destination, CancellationToken cancellationToken)
    {
        if (!copying.IsCompletedSuccessfully)
        {
            return WaitAsync(copying, destination, cancellationToken);
        }

        End();
        return copying;
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known.GetValueOrDefault();
        return known.HasValue;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!stream.CanWrite)
        {
            return _inner.CopyToAsync(stream, context, cancellationToken);
        }

        var destination = new DestinationStream(stream, this);
        try
        {
            return WatchAsync(_inner.CopyToAsync(destination, context, cancellationToken), destination, cancellationToken);
        }
        catch (Exception exception) when (!destination.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!stream.CanWrite)
        {
            _inner.CopyTo(stream, context, cancellationToken);
            return;
        }

        var destination = new DestinationStream(stream, this);
        _isCopying = true;
        try
        {
            _inner.CopyTo(destination, context, cancellationToken);
        }
        catch (Exception exception) when (!destination.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
        }
        finally
        {
            _isCopying = false;
        }

        End();
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
            // HttpClient ends a synchronous copy at its timeout by disposing the response, as a gRPC client ends any read at its deadline.
            Leave((_isCopying || _recorder.IsGrpc) && _callToken.IsCancellationRequested);
            _inner.Dispose();
        }

        IsDisposing = disposing;
        base.Dispose(disposing);
        IsDisposing = false;
    }

    private bool TryRecord() => !Interlocked.Exchange(ref _isRecorded, true);

    private void Leave(bool mayBeTimeout)
    {
        if (!mayBeTimeout)
        {
            End();
        }
        else if (TryRecord())
        {
            _recorder.RecordCancellation(in _permit, Silence);
        }
    }

    private async Task WaitAsync(Task copying, DestinationStream destination, CancellationToken cancellationToken)
    {
        try
        {
            await copying.ConfigureAwait(false);
        }
        catch (Exception exception) when (!destination.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
        }

        End();
    }
}
