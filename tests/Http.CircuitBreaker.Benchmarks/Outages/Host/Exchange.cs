using System.Net;
using System.Net.Sockets;
using Http.CircuitBreaker.Benchmarks.Outages.Traffic;

namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>
/// One attempt at a call, at the host. It ends with the first of a response, a broken connection, or a cancellation by the caller.
/// </summary>
internal sealed class Exchange
{
    // Continuations run inline on purpose; see VirtualTime.
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new();
    private readonly CancellationTokenRegistration _cancellation;

    public Exchange(CallPlan call, int? replica, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (Call, Request, Attempt) = (call, request, call.NextAttempt());
        Replica = replica ?? Replicas.Pick(Attempt);
        _cancellation = cancellationToken.Register(() => _response.TrySetCanceled(cancellationToken));
    }

    public CallPlan Call { get; }

    /// <summary>The number from which the random numbers of this attempt are drawn.</summary>
    public long Attempt { get; }

    public int Replica { get; }

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
