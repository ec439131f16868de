namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The least that an asynchronous handler can do: what a handler of ours is measured against.</summary>
internal sealed class HandlerPlain : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
}
