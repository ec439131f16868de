namespace Http.CircuitBreaker.EndToEnd.Tests.Content;

/// <summary>Links the token of a call, as a timeout handler does. The linked source is disposed when the headers have arrived.</summary>
internal sealed class LinkingHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await base.SendAsync(request, source.Token);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return base.Send(request, source.Token);
    }
}
