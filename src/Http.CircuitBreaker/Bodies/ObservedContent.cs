using System.Net;
using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Bodies;

/// <summary>A response body that tells, once, how it ended. It buffers nothing and changes nothing that a reader can see.</summary>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly BodyJudge _judge;
    private readonly Permit _permit;
    private readonly CancellationToken _callToken;
    private readonly HttpResponseMessage? _grpcReply;
    private int _isSettled;

    public ObservedContent(
        HttpContent inner, BodyJudge judge, in Permit permit, HttpResponseMessage? grpcReply, CancellationToken callToken)
    {
        (_inner, _judge, _permit, _grpcReply, _callToken) = (inner, judge, permit, grpcReply, callToken);
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

    /// <summary>The body is at its end, or its reader has left it.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            _judge.Ended(in _permit, _grpcReply);
        }
    }

    public void Fail(Exception exception, CancellationToken readToken)
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            _judge.Failed(in _permit, exception, readToken, _callToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known.GetValueOrDefault();
        return known.HasValue;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var destination = new DestinationStream(stream);
        try
        {
            await _inner.CopyToAsync(destination, context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!destination.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
        }

        End();
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var destination = new DestinationStream(stream);
        try
        {
            _inner.CopyTo(destination, context, cancellationToken);
        }
        catch (Exception exception) when (!destination.HasThrown)
        {
            Fail(exception, cancellationToken);
            throw;
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
            End();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
