namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The end of a chain that allocates nothing: it returns the task that it was given.</summary>
internal sealed class HandlerFixed : HttpMessageHandler
{
    public Task<HttpResponseMessage> Answer { get; set; } = Task.FromResult(new HttpResponseMessage());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Answer;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => Answer.GetAwaiter().GetResult();
}
