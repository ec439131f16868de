namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Errors on the reader's side of a body are not failures of the host.</summary>
public sealed class ReaderErrorTests
{
    public static TheoryData<string, Func<HttpContent, Stream, Task>> Copies => new()
    {
        { "content", (content, to) => content.CopyToAsync(to) },
        { "content, sync", (content, to) => Done(() => content.CopyTo(to, null, CancellationToken.None)) },
        { "stream", async (content, to) => await (await content.ReadAsStreamAsync()).CopyToAsync(to) },
        { "stream, sync", (content, to) => Done(() => content.ReadAsStream().CopyTo(to)) },
    };

    [Theory]
    [MemberData(nameof(Copies))]
    public async Task Exception_from_the_stream_passed_to_CopyToAsync_is_not_a_failure(string name, Func<HttpContent, Stream, Task> copy)
    {
        foreach (var isLate in new[] { false, true })
        {
            using var bench = new BodyBench();
            var fault = new IOException("No space left on device");
            var response = await bench.GetAsync(new byte[10], new IOException("not reached"));
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => copy(response.Content, new FailingDestination(fault, isLate)));
            Assert.Same(fault, name.StartsWith("content", StringComparison.Ordinal) ? exception.InnerException : exception);
            Assert.Equal((1, 0, 0), bench.Totals);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_while_flushing_the_destination_is_not_a_failure(bool isSync)
    {
        using var bench = new BodyBench();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new SelfWritingContent(length: 10) });
        var response = await bench.SendAsync();
        var destination = new FailingDestination(new IOException("No space left on device"), isLate: false, failsOnFlush: true);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => isSync ? Done(() => response.Content.CopyTo(destination, null, CancellationToken.None)) : response.Content.CopyToAsync(destination));
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_that_closes_the_destination_of_a_copy_closes_the_callers_stream(bool isSync)
    {
        using var bench = new BodyBench();
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = new SelfWritingContent(length: 10) });
        var response = await bench.SendAsync();
        var destination = new MemoryStream();
        await (isSync ? Done(() => response.Content.CopyTo(destination, null, CancellationToken.None)) : response.Content.CopyToAsync(destination));
        Assert.Equal(10, destination.ToArray().Length);
        Assert.False(destination.CanWrite);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public async Task Body_that_breaks_during_a_copy_is_a_failure(string name, Func<HttpContent, Stream, Task> copy)
    {
        Assert.NotEmpty(name);
        using var bench = new BodyBench();
        var destination = new MemoryStream();
        var response = await bench.GetAsync(new byte[10], new IOException("reset"));
        await Assert.ThrowsAnyAsync<Exception>(() => copy(response.Content, destination));
        Assert.Equal((0, 1, 0), bench.Totals);
        Assert.Equal(10, destination.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_over_the_clients_buffer_limit_is_not_a_failure(bool hasLength)
    {
        using var bench = new BodyBench();
        using var client = new HttpClient(bench.Handler, disposeHandler: false) { MaxResponseContentBufferSize = 5 };
        var content = new ScriptedContent(new byte[10], new IOException("not reached"));
        content.Headers.ContentLength = hasLength ? 10 : null;
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = content });
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://host/"));
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, exception.HttpRequestError);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task Stream_abandoned_midway_counts_as_a_success()
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10], new IOException("reset"));
        var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[10]);
        await stream.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadAsync(new byte[10]).AsTask());
        response.Dispose();
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task Read_that_fails_after_disposal_of_the_response_is_not_a_failure()
    {
        using var bench = new BodyBench();
        var signal = new TaskCompletionSource();
        var response = await bench.GetAsync(signal.Task, new IOException("connection closed"));
        var reading = (await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[10]).AsTask();
        response.Dispose();
        signal.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    [Fact]
    public async Task Read_of_a_disposed_response_throws_and_is_not_a_failure()
    {
        using var bench = new BodyBench();
        var response = await bench.GetAsync(new byte[10]);
        response.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => response.Content.ReadAsStreamAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => response.Content.ReadAsStringAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => response.Content.CopyToAsync(Stream.Null));
        Assert.Equal((1, 0, 0), bench.Totals);
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
