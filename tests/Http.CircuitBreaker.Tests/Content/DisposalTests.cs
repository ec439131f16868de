namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Content and stream are disposed as often as without a breaker.</summary>
public sealed class DisposalTests
{
    public static TheoryData<string, Func<HttpResponseMessage, Task>> WaysToDispose => new()
    {
        { "response", response => Done(response.Dispose) },
        { "response, twice", response => Done(() => { response.Dispose(); response.Dispose(); }) },
        { "content", response => Done(response.Content.Dispose) },
        { "stream, not read", async response => await (await response.Content.ReadAsStreamAsync()).DisposeAsync() },
        { "stream, synchronously", response => Done(() => response.Content.ReadAsStream().Dispose()) },
        { "stream, then response", async response => { (await response.Content.ReadAsStreamAsync()).Dispose(); response.Dispose(); } },
        { "response, then stream", async response =>
            {
                var stream = await response.Content.ReadAsStreamAsync();
                response.Dispose();
                stream.Dispose();
            }
        },
        { "response, with an open stream", async response => { await response.Content.ReadAsStreamAsync(); response.Dispose(); } },
        { "copied", async response => await response.Content.CopyToAsync(Stream.Null) },
        { "copied, then response", async response => { await response.Content.CopyToAsync(Stream.Null); response.Dispose(); } },
        { "buffered, then response", async response => { await response.Content.LoadIntoBufferAsync(); response.Dispose(); } },
    };

    [Theory]
    [MemberData(nameof(WaysToDispose))]
    public async Task Response_content_is_disposed_as_often_with_a_breaker_as_without(string name, Func<HttpResponseMessage, Task> dispose)
    {
        Assert.NotEmpty(name);
        Assert.Equal(await DisposalsAsync(isObserved: false, dispose), await DisposalsAsync(isObserved: true, dispose));
    }

    private static async Task<(int Content, int Stream)> DisposalsAsync(bool isObserved, Func<HttpResponseMessage, Task> dispose)
    {
        using var bench = new BodyBench(options => options.ObserveResponseBody = isObserved);
        var content = new ScriptedContent(new byte[10]);
        bench.Answer = _ => Task.FromResult(new HttpResponseMessage { Content = content });
        await dispose(await bench.SendAsync());
        return (content.Disposals, content.Stream.Disposals);
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
