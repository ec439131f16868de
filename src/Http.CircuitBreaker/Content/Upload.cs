using System.Net;
using System.Runtime.ExceptionServices;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Content;

/// <summary>Observes request content while it is sent, to tell whether the content or the host failed.</summary>
/// <remarks>During the call, a wrapper replaces the request's content. Content in memory is not observed.</remarks>
internal sealed class Upload : IContentObserver
{
    private readonly HttpContent _content;
    private readonly HttpContent _wrapper;
    private readonly Permit _permit;
    private volatile UploadOutcome _outcome;
    private volatile bool _isAwaitingSource;
    private Progress _progress;

    private Upload(HttpContent content, in Permit permit)
    {
        (_content, _permit) = (content, permit);
        _wrapper = IsHalfDuplex(content) ? new HalfDuplexUploadContent(this) : new UploadContent(this);
        ContentHeaders.Share(content, _wrapper);
    }

    private enum Progress
    {
        NotSending,
        Sending,
        CallEnded,
    }

    public bool IsDisposing => false;

    public bool HasFailed => _outcome == UploadOutcome.ContentFailed;

    /// <summary>Wraps the request's content. Returns null if the content is in memory or the request has been disposed.</summary>
    public static Upload? Observe(HttpRequestMessage request, in Permit permit)
    {
        var content = request.Content!;
        if (BodyRules.IsInMemory(content))
        {
            return null;
        }

        var upload = new Upload(content, in permit);
        return TrySet(request, upload._wrapper) ? upload : null;
    }

    /// <summary>
    /// Restores the caller's content, unless an inner handler has replaced it. Returns whether the content is still being sent.
    /// </summary>
    public bool EndCall(HttpRequestMessage request)
    {
        if (ReferenceEquals(request.Content, _wrapper))
        {
            TrySet(request, _content);
        }

        return TryMove(from: Progress.Sending, to: Progress.CallEnded);
    }

    /// <summary>
    /// Returns what happened to the content. If a timeout expired while the upload was waiting for more content, the content is at fault.
    /// </summary>
    public UploadOutcome Outcome(bool isTimeout) => isTimeout && _isAwaitingSource ? UploadOutcome.ContentFailed : _outcome;

    public bool TryComputeLength(out long length) => ContentHeaders.TryGetLength(_content, out length);

    public void Send(Stream stream, TransportContext? context, CancellationToken token)
    {
        var destination = CreateDestination(stream, token);
        try
        {
            _content.CopyTo(destination, context, token);
        }
        catch (Exception exception)
        {
            Fail(exception, token, destination);
            ThrowUnwrapped(exception);
            throw;
        }

        End(destination);
    }

    public async Task SendAsync(Stream stream, TransportContext? context, CancellationToken token)
    {
        var destination = CreateDestination(stream, token);
        try
        {
            if (stream.GetType().DeclaringType == typeof(HttpContent))
            {
                // An inner handler is buffering the wrapper. Buffer the caller's content as well, because it outlives the wrapper.
                await _content.LoadIntoBufferAsync(token).ConfigureAwait(false);
            }

            await _content.CopyToAsync(destination, context, token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception, token, destination);
            ThrowUnwrapped(exception);
            throw;
        }

        End(destination);
    }

    public Stream Open(CancellationToken token) => ObservedStream.Open(_content, this, token);

    public Task<Stream> OpenAsync(CancellationToken token) => ObservedStream.OpenAsync(_content, this, token);

    /// <remarks>
    /// Clears the outcome of an earlier attempt, because the transport or an inner handler may send the content more than once.
    /// </remarks>
    public void AwaitByte(CancellationToken readToken)
    {
        _outcome = UploadOutcome.None;
        AwaitByte();
        TryMove(from: Progress.NotSending, to: Progress.Sending);
    }

    public void AwaitByte() => _isAwaitingSource = true;

    public void EndWait() => _isAwaitingSource = false;

    public void End(DestinationStream? destination = null)
    {
        EndWait();
        End(destination is { HasThrown: true } ? UploadOutcome.WriteFailed
            : destination is { IsTooLong: true } or { IsTooShort: true } ? UploadOutcome.ContentFailed
            : UploadOutcome.None);
    }

    // If the connection breaks, the transport cancels the upload, so a canceled upload is not an error in the content. If the content
    // exceeds its Content-Length, the transport's write throws, but the content is at fault.
    public void Fail(Exception exception, CancellationToken readToken, DestinationStream? destination = null) => End(
        destination is { IsTooLong: true } ? UploadOutcome.ContentFailed
            : destination is { HasThrown: true } ? UploadOutcome.WriteFailed
            : readToken.IsCancellationRequested ? UploadOutcome.None
            : UploadOutcome.ContentFailed);

    public void Dispose() => _content.Dispose();

    // The transport sends .NET's own content types completely before it returns the response. Custom content may still be sent after that.
    private static bool IsHalfDuplex(HttpContent content) =>
        content is StreamContent or MultipartContent or ObservedContent or HalfDuplexUploadContent
        || content.GetType().Assembly == typeof(HttpContent).Assembly;

    private static bool TrySet(HttpRequestMessage request, HttpContent content)
    {
        try
        {
            request.Content = content;
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private DestinationStream CreateDestination(Stream stream, CancellationToken token) =>
        new(stream, this, token, _content.Headers.ContentLength);

    private void End(UploadOutcome outcome)
    {
        if (outcome != UploadOutcome.None)
        {
            _outcome = outcome;
        }

        TryMove(from: Progress.Sending, to: Progress.NotSending);
    }

    // Moves to another stage. Notifies the permit when sending starts or stops, because no answer is expected while content is being sent.
    private bool TryMove(Progress from, Progress to)
    {
        var before = to == Progress.CallEnded
            ? Interlocked.Exchange(ref _progress, to)
            : Interlocked.CompareExchange(ref _progress, to, from);
        if (before == from)
        {
            _permit.SetSending(to == Progress.Sending);
        }

        return before == from;
    }

    // CopyTo and CopyToAsync wrap an IOException or ObjectDisposedException, but the transport expects the original exception. Exceptions
    // from multipart content stay wrapped, because the transport would receive them wrapped even without this class.
    private void ThrowUnwrapped(Exception exception)
    {
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, Source: "System.Net.Http" }
            && exception.InnerException is (IOException or ObjectDisposedException) and var original
            && _content is not MultipartContent)
        {
            ExceptionDispatchInfo.Throw(original);
        }
    }
}
