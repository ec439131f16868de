namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Sends requests to a scripted host.</summary>
internal sealed class ScriptedHandler(ScriptedHost host) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        host.SendAsync(cancellationToken);
}
