namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>The floor: what any handler written the usual way costs, though it does nothing.</summary>
internal sealed class EmptyHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
}
