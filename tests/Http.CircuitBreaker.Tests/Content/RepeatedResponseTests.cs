namespace Http.CircuitBreaker.Tests.Content;

/// <summary>A handler below that caches responses may return the same object for many calls.</summary>
public sealed class RepeatedResponseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cached_response_returned_by_several_calls_is_wrapped_only_once_per_breaker(int breakers)
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

    [Fact]
    public async Task Body_failure_of_a_cached_response_shared_by_many_circuits_is_counted_once()
    {
        var cached = new HttpResponseMessage { Content = new ScriptedContent(new IOException("reset")) };
        using var breaker = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = new CachingHandler(cached) };
        using var invoker = new HttpMessageInvoker(breaker);
        for (var i = 0; i < 1000; i++)
        {
            await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"http://host{i}/"), CancellationToken.None);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => cached.Content.CopyToAsync(Stream.Null));
        Assert.Equal(1, breaker.Circuits.GetSnapshots().Sum(circuit => circuit.TotalFailed));
    }

    [Fact]
    public async Task Content_replaced_between_calls_in_the_same_response_is_observed_each_time_and_released()
    {
        var cached = new HttpResponseMessage();
        using var bench = new BodyBench { Answer = _ => Task.FromResult(cached) };
        var contents = new List<WeakReference>();
        for (var i = 0; i < 1000; i++)
        {
            contents.Add(Replace(cached));
            await bench.SendAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => cached.Content.CopyToAsync(Stream.Null));
            Assert.Equal((0, i + 1, 0), bench.Totals);
        }

        GC.Collect();
        Assert.InRange(contents.Count(content => content.IsAlive), 0, 10);
    }

    [Fact]
    public async Task Body_failure_of_a_response_shared_by_two_threads_is_counted_once()
    {
        using var bench = new BodyBench();
        using var together = new Barrier(2);
        for (var round = 1; round <= 1000; round++)
        {
            var cached = new HttpResponseMessage { Content = new ScriptedContent(new IOException("reset")) };
            bench.Answer = _ =>
            {
                Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30)));
                return Task.FromResult(cached);
            };
            await Task.WhenAll(Task.Run(() => bench.SendAsync()), Task.Run(() => bench.SendAsync()));

            await Assert.ThrowsAsync<HttpRequestException>(() => cached.Content.CopyToAsync(Stream.Null));
            Assert.Equal((round, round, 0), bench.Totals);
        }
    }

    private static WeakReference Replace(HttpResponseMessage response)
    {
        response.Content = new ScriptedContent(new IOException("reset"));
        return new WeakReference(response.Content);
    }

    private sealed class CachingHandler(HttpResponseMessage cached) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(cached);
    }
}
