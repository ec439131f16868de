using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>One call at the host. It ends with the first of a response, a broken connection, or a cancellation by the caller.</summary>
internal sealed class Exchange
{
    // Continuations run inline on purpose; see VirtualTime.
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new();
    private readonly CancellationTokenRegistration _cancellation;

    public Exchange(long call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (Call, Request) = (call, request);
        _cancellation = cancellationToken.Register(() => _response.TrySetCanceled(cancellationToken));
    }

    public long Call { get; }

    public HttpRequestMessage Request { get; }

    public bool IsCompleted => _response.Task.IsCompleted;

    public Task<HttpResponseMessage> Response => _response.Task;

    public void Respond(HttpStatusCode status, HttpContent content, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = content, RequestMessage = Request };
        if (retryAfter is { } delay)
        {
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)));
        }

        _cancellation.Dispose();
        _response.TrySetResult(response);
    }

    public void Refuse() => Fail(HttpRequestError.ConnectionError, SocketError.ConnectionRefused);

    public void Break() => Fail(HttpRequestError.Unknown, SocketError.ConnectionReset);

    private void Fail(HttpRequestError error, SocketError cause)
    {
        _cancellation.Dispose();
        _response.TrySetException(new HttpRequestException(error, cause.ToString(), new SocketException((int)cause)));
    }
}
