using System.Net;
using System.Runtime.ExceptionServices;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Content;

/// <summary>Observes request content while it is sent, to tell whether the content or the host failed.</summary>
/// <remarks>During the call, a wrapper takes the place of the content. Content in memory is not observed.</remarks>
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

    /// <summary>Wraps the request's content. Returns null if it is in memory.</summary>
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

    /// <summary>Puts the caller's content back, unless an inner handler has replaced it. Returns whether it is still being sent.</summary>
    public bool EndCall(HttpRequestMessage request)
    {
        if (ReferenceEquals(request.Content, _wrapper))
        {
            TrySet(request, _content);
        }

        return TryMove(from: Progress.Sending, to: Progress.CallEnded);
    }

    /// <summary>Returns what happened to the content. Its source is at fault if a timeout expired while it was slow.</summary>
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
                // An inner handler buffers the content. The caller's content outlives the wrapper, so buffer it as well.
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

    /// <remarks>The transport or an inner handler may send the content again, so this clears the outcome.</remarks>
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

    // The transport cancels the upload if the connection breaks. It refuses a write beyond Content-Length.
    public void Fail(Exception exception, CancellationToken readToken, DestinationStream? destination = null) => End(
        destination is { IsTooLong: true } ? UploadOutcome.ContentFailed
            : destination is { HasThrown: true } ? UploadOutcome.WriteFailed
            : readToken.IsCancellationRequested ? UploadOutcome.None
            : UploadOutcome.ContentFailed);

    public void Dispose() => _content.Dispose();

    // Content types of .NET are sent completely before the response is returned. Custom content may still be sent after that.
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

    // A call does not count as unanswered while it sends its content.
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

    // CopyTo and CopyToAsync wrap these exceptions, but the transport expects the original exception. Multipart content wraps
    // exceptions even without this class, so leave them wrapped.
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
