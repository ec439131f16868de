namespace Http.CircuitBreaker.Benchmarks.Support;

/// <summary>In place of a host: answers at once, or when told to, always with the same task.</summary>
internal sealed class StandInHost : HttpMessageHandler
{
    public required Func<Task<HttpResponseMessage>> Answer { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Answer();
}
