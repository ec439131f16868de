using System.Net.Http.Headers;
using System.Net.Http.Json;
using Http.CircuitBreaker.Content;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Which request content is wrapped while it is sent, and what remains of that after the call.</summary>
public sealed class UploadWrappingTests : IDisposable
{
    private readonly HandlerRig _rig = new();

    public static TheoryData<HttpContent> InMemory =>
    [
        new ByteArrayContent([1]),
        new StringContent("text"),
        new FormUrlEncodedContent([]),
        new ReadOnlyMemoryContent(new byte[1]),
        new HttpResponseMessage().Content,
    ];

    public static TheoryData<HttpContent, bool> Streamed => new()
    {
        { new StreamContent(Stream.Null), true },
        { new MultipartFormDataContent(), true },
        { new ScriptedContent(), false },
        { JsonContent.Create(1), false },
    };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [MemberData(nameof(InMemory))]
    public async Task Content_in_memory_is_not_wrapped(HttpContent content) => Assert.Same(content, await SentAsync(content));

    [Fact]
    public async Task Request_without_content_is_sent_without_content() => Assert.Null(await SentAsync(null));

    // HttpContent.AllowDuplex is internal, so check the base type that decides it.
    [Theory]
    [MemberData(nameof(Streamed))]
    public async Task Wrapper_of_streamed_content_is_half_duplex_or_duplex_like_the_content(HttpContent content, bool isHalfDuplex)
    {
        var sent = await SentAsync(content);

        Assert.Equal(isHalfDuplex ? typeof(HalfDuplexUploadContent) : typeof(UploadContent), sent!.GetType());
    }

    [Fact]
    public async Task Content_of_an_observed_response_stays_half_duplex_if_it_is_forwarded_in_a_request()
    {
        using var bench = new BodyBench();
        using var response = await bench.GetAsync(new byte[10]);

        Assert.IsType<HalfDuplexUploadContent>(await SentAsync(response.Content));
    }

    [Fact]
    public async Task Wrapped_content_has_the_headers_of_the_original_content()
    {
        using var content = new StreamContent(Stream.Null);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        content.Headers.TryAddWithoutValidation("X-Twice", ["one", "two"]);

        var sent = await SentAsync(content);

        Assert.Equal("text/plain; charset=utf-8", sent!.Headers.ContentType!.ToString());
        Assert.Equal(["one", "two"], sent.Headers.GetValues("X-Twice"));

        // Changes by inner handlers reach the content.
        Assert.Same(content.Headers, sent.Headers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Original_content_of_a_request_is_restored_after_the_call(bool isSync)
    {
        using var request = Request(new ScriptedContent());
        var own = request.Content;
        HttpContent? classified = null;
        using var rig = new HandlerRig(options => options.Classify = call =>
        {
            classified = call.Request.Content;
            return null;
        });

        using var response = isSync ? rig.Invoker.Send(request, default) : await rig.Invoker.SendAsync(request, default);

        Assert.Same(own, request.Content);
        Assert.Same(own, classified);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Original_content_of_a_request_is_restored_after_an_exception(bool isSync)
    {
        using var request = Request(new ScriptedContent());
        var own = request.Content;
        _rig.AnswerWith(new IOException());

        await Assert.ThrowsAsync<IOException>(async () =>
            _ = isSync ? _rig.Invoker.Send(request, default) : await _rig.Invoker.SendAsync(request, default));

        Assert.Same(own, request.Content);
        Assert.Equal((1, 0), (_rig.Circuit.TotalFailed, _rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Original_content_of_a_request_is_restored_while_the_transport_is_still_sending_it()
    {
        var source = new TaskCompletionSource();
        using var request = Request(new ScriptedContent(source.Task, new byte[3]));
        var own = request.Content;
        Task sending = Task.CompletedTask;
        using var destination = new MemoryStream();
        _rig.Answer = (sent, _) =>
        {
            sending = sent.Content!.CopyToAsync(destination, CancellationToken.None);
            return Task.FromResult(new HttpResponseMessage());
        };

        using var response = await _rig.Invoker.SendAsync(request, default);

        Assert.Same(own, request.Content);
        source.SetResult();
        await sending;
        Assert.Equal(3, destination.Length);
    }

    [Fact]
    public async Task Content_set_by_an_inner_handler_is_not_overwritten_after_the_call()
    {
        using var request = Request(new ScriptedContent());
        using var other = new StringContent("other");
        _rig.Answer = (sent, _) =>
        {
            sent.Content = other;
            return Task.FromResult(new HttpResponseMessage());
        };

        using var response = await _rig.Invoker.SendAsync(request, default);

        Assert.Same(other, request.Content);
    }

    [Fact]
    public async Task Content_removed_by_an_inner_handler_is_not_restored_after_the_call()
    {
        using var request = Request(new ScriptedContent());
        _rig.Answer = (sent, _) =>
        {
            sent.Content = null;
            return Task.FromResult(new HttpResponseMessage());
        };

        using var response = await _rig.Invoker.SendAsync(request, default);

        Assert.Null(request.Content);
    }

    [Fact]
    public async Task Exception_is_rethrown_unchanged_if_an_inner_handler_disposed_the_request()
    {
        var content = new ScriptedContent();
        _rig.Answer = (sent, _) =>
        {
            sent.Dispose();
            throw new TimeoutException();
        };

        await Assert.ThrowsAsync<TimeoutException>(() => _rig.Invoker.SendAsync(Request(content), default));

        Assert.Equal(1, content.Disposals);
        Assert.Equal((1, 0, 0), (_rig.Circuit.TotalFailed, _rig.Circuit.TotalIgnored, _rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Request_that_was_disposed_before_the_call_is_sent_unchanged()
    {
        var request = Request(new ScriptedContent());
        request.Dispose();

        using var response = await _rig.Invoker.SendAsync(request, default);
        using var second = _rig.Invoker.Send(request, default);

        Assert.Equal((2, 0), (_rig.Circuit.TotalSucceeded, _rig.Circuit.InFlight));
    }

    [Fact]
    public async Task Nested_circuit_breakers_restore_the_original_content()
    {
        using var inner = new HandlerRig();
        using var outer = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = inner.Handler };
        using var invoker = new HttpMessageInvoker(outer);
        using var request = Request(new ScriptedContent(new byte[3]));
        var own = request.Content;
        using var destination = new MemoryStream();
        inner.Answer = async (sent, token) =>
        {
            await sent.Content!.CopyToAsync(destination, token);
            return new HttpResponseMessage();
        };

        using var response = await invoker.SendAsync(request, default);

        Assert.Same(own, request.Content);
        Assert.Equal(3, destination.Length);
    }

    [Fact]
    public async Task Nested_circuit_breakers_both_ignore_an_upload_whose_content_fails()
    {
        using var inner = new HandlerRig();
        using var outer = new CircuitBreakerHandler(new CircuitBreakerOptions()) { InnerHandler = inner.Handler };
        using var invoker = new HttpMessageInvoker(outer);
        inner.Answer = async (sent, token) =>
        {
            await sent.Content!.CopyToAsync(Stream.Null, token);
            return new HttpResponseMessage();
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => invoker.SendAsync(Request(new StreamContent(new ScriptedStream(new IOException()))), default));

        Assert.Equal((0, 1), (inner.Circuit.TotalFailed, inner.Circuit.TotalIgnored));
        Assert.Equal((0, 1), Assert.Single(outer.Circuits.GetSnapshots()) is var circuit ? (circuit.TotalFailed, circuit.TotalIgnored) : default);
    }

    [Fact]
    public async Task Content_of_a_bypassing_request_is_not_wrapped()
    {
        HttpContent? sent = null;
        _rig.Answer = (request, _) =>
        {
            sent = request.Content;
            return Task.FromResult(new HttpResponseMessage());
        };
        using var bypassing = Request(new ScriptedContent()).BypassCircuitBreaker();
        using var response = await _rig.Invoker.SendAsync(bypassing, default);

        Assert.Same(bypassing.Content, sent);
    }

    private static HttpRequestMessage Request(HttpContent? content) => new(HttpMethod.Post, HandlerRig.Url) { Content = content };

    // Returns the content that an inner handler sees.
    private async Task<HttpContent?> SentAsync(HttpContent? content)
    {
        HttpContent? sent = null;
        _rig.Answer = (request, _) =>
        {
            sent = request.Content;
            return Task.FromResult(new HttpResponseMessage());
        };
        using var response = await _rig.Invoker.SendAsync(Request(content), default);
        return sent;
    }
}
