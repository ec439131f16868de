using System.Net;
using Http.CircuitBreaker.Content;

namespace Http.CircuitBreaker.Tests.Content;

/// <summary>Only responses whose body can still break are observed; others are returned unchanged.</summary>
public sealed class ObservedResponsesTests
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
    public Task Body_is_not_observed_if_the_status_code_does_not_allow_a_body(int status, bool isObserved) =>
        AssertObservedAsync(isObserved, new HttpResponseMessage((HttpStatusCode)status) { Content = new ScriptedContent() });

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", true)]
    [InlineData("HEAD", false)]
    [InlineData("head", false)]
    [InlineData("CONNECT", false)]
    public Task Response_to_HEAD_or_CONNECT_is_not_observed(string method, bool isObserved) =>
        AssertObservedAsync(isObserved, new HttpResponseMessage { Content = new ScriptedContent() }, new HttpMethod(method));

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("00", true)]
    public Task Body_with_Content_Length_zero_is_not_observed(string length, bool isObserved)
    {
        var content = new ScriptedContent();
        content.Headers.TryAddWithoutValidation("Content-Length", length);
        return AssertObservedAsync(isObserved, new HttpResponseMessage { Content = content });
    }

    [Theory]
    [MemberData(nameof(InMemory))]
    public Task In_memory_content_is_not_observed(string name, Func<HttpContent> content)
    {
        Assert.NotEmpty(name);
        return AssertObservedAsync(false, new HttpResponseMessage { Content = content() });
    }

    [Fact]
    public Task Body_of_a_failed_call_is_not_observed() =>
        AssertObservedAsync(false, new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new ScriptedContent() });

    [Fact]
    public Task Body_of_an_ignored_call_is_not_observed() => AssertObservedAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.Classify = _ => CircuitOutcome.Ignored);

    [Fact]
    public Task Body_of_a_502_response_is_observed_if_Classify_returns_success() => AssertObservedAsync(
        true,
        new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new ScriptedContent() },
        configure: options => options.Classify = _ => CircuitOutcome.Success);

    [Fact]
    public Task Bodies_are_not_observed_if_ObserveResponseBody_is_false() => AssertObservedAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.ObserveResponseBody = false);

    [Fact]
    public Task Bodies_are_not_observed_by_a_disabled_breaker() => AssertObservedAsync(
        false, new HttpResponseMessage { Content = new ScriptedContent() }, configure: options => options.Mode = CircuitBreakerMode.Disabled);

    [Fact]
    public async Task Body_of_a_rejection_is_not_observed_by_an_outer_breaker()
    {
        using var bench = new BodyBench();
        await bench.GetWholeAsync();
        bench.Handler.Circuits.Isolate(bench.Circuit.Key);
        var rejection = await bench.SendAsync();
        Assert.IsNotType<ObservedContent>(rejection.Content);

        rejection.Content = new ScriptedContent();
        await AssertObservedAsync(false, rejection);
    }

    private static async Task AssertObservedAsync(
        bool isObserved, HttpResponseMessage answer, HttpMethod? method = null, Action<CircuitBreakerOptions>? configure = null)
    {
        using var bench = new BodyBench(configure) { Answer = _ => Task.FromResult(answer) };
        var content = answer.Content;
        var response = await bench.SendAsync(method);
        Assert.Same(answer, response);
        Assert.Equal(isObserved, response.Content is ObservedContent);
        Assert.Equal(!isObserved, ReferenceEquals(content, response.Content));
    }
}
