using System.Net;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>The host that all instances call. Counts the calls.</summary>
internal sealed class Host : HttpMessageHandler
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public volatile bool IsFailing;

    /// <summary>Calls wait for this task if it is set.</summary>
    public volatile TaskCompletionSource? Gate;

    public TimeSpan? RetryAfter { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        var response = new HttpResponseMessage(IsFailing ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        if (IsFailing && RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = new(delay);
        }

        return response;
    }
}
