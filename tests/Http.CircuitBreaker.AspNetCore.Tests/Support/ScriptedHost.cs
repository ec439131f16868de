using System.Net;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>Stands in for every host: answers what the test says.</summary>
internal sealed class ScriptedHost : HttpMessageHandler
{
    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(Answer));
}
