namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A minimal asynchronous handler, the baseline of allocation tests.</summary>
internal sealed class HandlerPlain : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
}
