namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>A primary handler without network: returns the task that <see cref="Answer"/> supplies.</summary>
internal sealed class StubHost : HttpMessageHandler
{
    public required Func<Task<HttpResponseMessage>> Answer { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Answer();
}
