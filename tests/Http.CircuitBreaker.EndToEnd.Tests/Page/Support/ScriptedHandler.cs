namespace Http.CircuitBreaker.EndToEnd.Tests.Page.Support;

/// <summary>Answers as the script says.</summary>
internal sealed class ScriptedHandler(ScriptedHost host) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        host.SendAsync(cancellationToken);
}
