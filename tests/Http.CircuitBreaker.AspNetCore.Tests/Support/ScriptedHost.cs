using System.Net;

namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>Answers every request with the status that the test sets.</summary>
internal sealed class ScriptedHost : HttpMessageHandler
{
    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(Status));
}
