using System.Net;
using System.Net.Sockets;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>One call as the host sees it. The first end counts: an answer, a broken connection, or that the caller has left.</summary>
internal sealed class Exchange
{
    // Continuations run inline on purpose: see VirtualTime.
    private readonly TaskCompletionSource<HttpResponseMessage> _answer = new();
    private readonly CancellationTokenRegistration _departure;

    public Exchange(long call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (Call, Request) = (call, request);
        _departure = cancellationToken.Register(() => _answer.TrySetCanceled(cancellationToken));
    }

    public long Call { get; }

    public HttpRequestMessage Request { get; }

    public bool IsOver => _answer.Task.IsCompleted;

    public Task<HttpResponseMessage> Answered => _answer.Task;

    public void Answer(HttpStatusCode status, HttpContent content, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = content, RequestMessage = Request };
        if (retryAfter is { } delay)
        {
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)));
        }

        _departure.Dispose();
        _answer.TrySetResult(response);
    }

    public void Refuse() => Fail(HttpRequestError.ConnectionError, SocketError.ConnectionRefused);

    public void Break() => Fail(HttpRequestError.Unknown, SocketError.ConnectionReset);

    private void Fail(HttpRequestError error, SocketError cause)
    {
        _departure.Dispose();
        _answer.TrySetException(new HttpRequestException(error, cause.ToString(), new SocketException((int)cause)));
    }
}
