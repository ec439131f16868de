namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>The floor: an asynchronous handler that only calls the next one.</summary>
internal sealed class EmptyHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
}
