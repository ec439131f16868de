using System.Net;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The end of a handler chain whose answers the test decides.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private int _calls;

    public StubHandler(HttpStatusCode statusCode)
        : this((request, _) => Task.FromResult(new HttpResponseMessage(statusCode) { RequestMessage = request }))
    {
    }

    public int Calls => Volatile.Read(ref _calls);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return answer(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return answer(request, cancellationToken).GetAwaiter().GetResult();
    }
}
