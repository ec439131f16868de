namespace Http.CircuitBreaker.Tests.Content;

public sealed class RepeatedResponseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Response_returned_repeatedly_is_wrapped_once_per_breaker(int breakers)
    {
        var cached = new HttpResponseMessage { Content = new ScriptedContent(new byte[10]) };
        HttpMessageHandler chain = new CachingHandler(cached);
        for (var i = 0; i < breakers; i++)
        {
            chain = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = chain };
        }

        using var invoker = new HttpMessageInvoker(chain);
        await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://host/"), CancellationToken.None);
        var wrapped = cached.Content;
        for (var i = 1; i < 1000; i++)
        {
            var response = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://host/"), CancellationToken.None);
            Assert.Same(wrapped, response.Content);
        }

        Assert.Equal(10, (await wrapped.ReadAsByteArrayAsync()).Length);
    }

    private sealed class CachingHandler(HttpResponseMessage cached) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(cached);
    }
}
