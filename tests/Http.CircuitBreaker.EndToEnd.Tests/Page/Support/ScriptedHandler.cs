namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Sends requests to the scripted hosts of a client.</summary>
internal sealed class ScriptedHandler(ScriptedHost[] hosts) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        hosts.First(host => host.Name == request.RequestUri!.Host).SendAsync(cancellationToken);
}
