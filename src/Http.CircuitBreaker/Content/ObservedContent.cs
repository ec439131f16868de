using System.Net;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Content;

/// <summary>A response body that tells, once, how it ended. It buffers nothing and changes nothing that a reader can see.</summary>
/// <remarks>Each body pays for what is in here: the permit is kept without the probe, which few have, and the flags fill a gap.</remarks>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyRecorder _judge;
    private readonly Phase _phase;
    private readonly long _admittedAt;
    private readonly CancellationToken _callToken;
    private long _silentSince;
    private bool _isSettled;
    private volatile bool _isCopying;

    public ObservedContent(HttpContent inner, BodyRecorder judge, in Permit permit, CancellationToken callToken)
    {
        (_inner, _judge, _phase, _admittedAt, _callToken) = (inner, judge, permit.Phase, permit.AdmittedAt, callToken);
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

    /// <summary>While it is being disposed, the inner content disposes the inner stream.</summary>
    public bool IsDisposing { get; private set; }

    // Zero: no read is waiting for a byte.
    private long Silence => Volatile.Read(ref _silentSince) is > 0 and var since ? _judge.Now - since : 0;

    private Permit Permit => new(_phase, _admittedAt, isStarted: true, _judge.Probe);

    /// <summary>Whether the content is observed for this circuit already: a handler below may return one response several times.</summary>
    public static bool Observes(HttpContent content, Circuit circuit)
    {
        for (var layer = content as ObservedContent; layer is not null; layer = layer._inner as ObservedContent)
        {
            if (layer._phase.Circuit == circuit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The body is at its end, or its reader has left it.</summary>
    public void End()
    {
        if (TrySettle())
        {
            _judge.Ended(Permit);
        }
    }

    /// <summary>A read is waiting for the next byte.</summary>
    public void AwaitByte() => Volatile.Write(ref _silentSince, Math.Max(1, _judge.Now));

    /// <summary>No read is waiting.</summary>
    public void EndWait() => Volatile.Write(ref _silentSince, 0);

    public void Fail(Exception exception, CancellationToken readToken)
    {
        if (readToken.IsCancellationRequested)
        {
            Leave(readToken == _callToken || _judge.IsStalled(_admittedAt, Silence));
        }
        else if (TrySettle())
        {
            _judge.Failed(Permit, exception);
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
            // HttpClient stops a synchronous copy at its timeout, and a gRPC client any read at its deadline, by disposing what is read.
            Leave((_isCopying || _judge.IsGrpc) && _callToken.IsCancellationRequested);
            _inner.Dispose();
        }

        IsDisposing = disposing;
        base.Dispose(disposing);
        IsDisposing = false;
    }

    private bool TrySettle() => !Interlocked.Exchange(ref _isSettled, true);

    private void Leave(bool mayBeTimeout)
    {
        if (!mayBeTimeout)
        {
            End();
        }
        else if (TrySettle())
        {
            _judge.Cancelled(Permit, Silence);
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
