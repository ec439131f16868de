using System.Net;

namespace Http.CircuitBreaker.Redis.Tests.Model;

/// <summary>The host of the model: answers immediately with 200 or 503, or never.</summary>
internal sealed class ModelHost : HttpMessageHandler
{
    public int Calls { get; private set; }

    public bool IsFailing { get; set; }

    public bool IsHanging { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls++;
        return IsHanging
            ? new TaskCompletionSource<HttpResponseMessage>().Task
            : Task.FromResult(new HttpResponseMessage(IsFailing ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK));
    }
}
