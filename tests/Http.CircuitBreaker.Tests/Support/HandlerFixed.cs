namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A primary handler that allocates nothing and always returns the same task.</summary>
internal sealed class HandlerFixed : HttpMessageHandler
{
    public Task<HttpResponseMessage> Answer { get; set; } = Task.FromResult(new HttpResponseMessage());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Answer;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer.GetAwaiter().GetResult();
}
