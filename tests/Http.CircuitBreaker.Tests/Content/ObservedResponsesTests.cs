using System.Net;
using Http.CircuitBreaker.Content;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Which responses have a body that can still break, and which are handed through as they are.</summary>
public sealed class WatchedResponsesTests
{
    public static TheoryData<string, Func<HttpContent>> InMemory => new()
    {
        { "bytes", () => new ByteArrayContent([1]) },
        { "text", () => new StringContent("text") },
        { "form", () => new FormUrlEncodedContent([new("a", "b")]) },
        { "memory", () => new ReadOnlyMemoryContent(new byte[1]) },
        { "nothing", () => new HttpResponseMessage().Content },
    };

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, false)]
    [InlineData(103, false)]
    [InlineData(199, false)]
    [InlineData(200, true)]
    [InlineData(201, true)]
    [InlineData(203, true)]
    [InlineData(204, false)]
    [InlineData(206, true)]
    [InlineData(302, true)]
    [InlineData(304, false)]
    [InlineData(404, true)]
    public Task Statuses_without_a_body_are_not_watched(int status, bool isWatched) =>
        ExpectAsync(isWatched, new HttpResponseMessage((HttpStatusCode)status) { Content = new ScriptedContent() });

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", true)]
    [InlineData("HEAD", false)]
    [InlineData("head", false)]
    [InlineData("CONNECT", false)]
    public Task Answers_to_HEAD_and_CONNECT_are_not_watched(string method, bool isWatched) =>
        ExpectAsync(isWatched, new HttpResponseMessage { Content = new ScriptedContent() }, new HttpMethod(method));

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("00", true)]
    public Task A_body_without_length_is_not_watched(string length, bool isWatched)
    {
        var content = new ScriptedContent();
        content.Headers.TryAddWithoutValidation("Content-Length", length);
        return ExpectAsync(isWatched, new HttpResponseMessage { Content = content });
    }

    [Theory]
    [MemberData(nameof(InMemory))]
    public Task Contents_in_memory_are_not_watched(string name, Func<HttpContent> content)
    {
        Assert.NotEmpty(name);
        return ExpectAsync(false, new HttpResponseMessage { Content = content() });
    }

    [Fact]
    public Task A_failure_is_not_watched() =>
        ExpectAsync(false, new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new ScriptedContent() });

    [Fact]
    public Task A_call_that_was_ignored_is_not_watched() => ExpectAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.Classify = _ => CircuitOutcome.Ignored);

    [Fact]
    public Task A_success_by_the_users_own_verdict_is_watched() => ExpectAsync(
        true,
        new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new ScriptedContent() },
        configure: options => options.Classify = _ => CircuitOutcome.Success);

    [Fact]
    public Task Nothing_is_watched_where_the_options_say_so() => ExpectAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.ObserveResponseBody = false);

    [Fact]
    public Task Nothing_is_watched_by_a_disabled_breaker() => ExpectAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.Mode = CircuitBreakerMode.Disabled);

    [Fact]
    public async Task A_rejection_of_our_own_is_not_watched_also_not_by_a_breaker_outside()
    {
        using var bench = new BodyBench();
        await bench.GetWholeAsync();
        bench.Handler.Circuits.Isolate(bench.Circuit.Key);
        var rejection = await bench.SendAsync();
        Assert.IsNotType<ObservedContent>(rejection.Content);

        rejection.Content = new ScriptedContent();
        await ExpectAsync(false, rejection);
    }

    private static async Task ExpectAsync(
        bool isWatched, HttpResponseMessage answer, HttpMethod? method = null, Action<CircuitBreakerOptions>? configure = null)
    {
        using var bench = new BodyBench(configure) { Answer = _ => Task.FromResult(answer) };
        var content = answer.Content;
        var response = await bench.SendAsync(method);
        Assert.Same(answer, response);
        Assert.Equal(isWatched, response.Content is ObservedContent);
        Assert.Equal(!isWatched, ReferenceEquals(content, response.Content));
    }
}
