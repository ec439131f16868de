using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>
/// A request that fails because of its own headers or length is ignored. The end-to-end tests show that .NET throws these exceptions.
/// </summary>
public sealed class RequestRulesTests
{
    private static readonly HttpRequestException _bare = new("refused");

    [Fact]
    public void Exception_without_a_cause_is_blamed_on_a_non_ASCII_header()
    {
        Assert.True(IsAtFault(_bare, request => request.Headers.Add("X-User", "José")));
        Assert.True(IsAtFault(_bare, request => Content(request, "text").Headers.Add("X-User", "José")));
        Assert.False(IsAtFault(_bare, request => request.Headers.Add("X-User", "Jose")));
    }

    [Fact]
    public void Network_error_is_not_blamed_on_a_non_ASCII_header()
    {
        // A client can allow other encodings, so that the request was sent.
        Assert.False(IsAtFault(new HttpRequestException("failed", new IOException()), request => request.Headers.Add("X-User", "José")));
        Assert.False(IsAtFault(new HttpRequestException(HttpRequestError.ResponseEnded), request => request.Headers.Add("X-User", "José")));
        Assert.False(IsAtFault(new IOException(), request => request.Headers.Add("X-User", "José")));
    }

    [Theory]
    [InlineData(8_200, true)]
    [InlineData(8_000, false)]
    public void Exception_without_a_cause_is_blamed_on_very_large_headers(int length, bool isAtFault) => Assert.Equal(
        isAtFault, IsAtFault(_bare, request => request.Headers.Add("X-Large", new string('x', length))));

    [Theory]
    [InlineData(4, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Exception_without_a_cause_is_blamed_on_a_wrong_Content_Length_of_content_in_memory(int length, bool isAtFault)
    {
        Assert.Equal(isAtFault, IsAtFault(_bare, request => Content(request, "abc").Headers.ContentLength = length));
        Assert.Equal(isAtFault, IsAtFault(_bare, request =>
            (request.Content = new ReadOnlyMemoryContent(new byte[3])).Headers.ContentLength = length));
    }

    [Fact]
    public void Content_Length_of_disposed_content_is_not_examined() =>
        Assert.False(IsAtFault(_bare, request => Content(request, "abc").Dispose()));

    [Fact]
    public void Content_Length_of_content_that_is_not_in_memory_is_not_examined()
    {
        var content = new HandlerUntouchableContent();

        Assert.False(IsAtFault(_bare, request => request.Content = content));
        Assert.False(content.IsTouched);
    }

    [Theory]
    [InlineData(9, "x", false)] // COMPRESSION_ERROR
    [InlineData(13, "x", true)] // HTTP_1_1_REQUIRED
    [InlineData(1, "x", false)] // PROTOCOL_ERROR
    [InlineData(1, "a\r\nb", true)]
    [InlineData(1, "a\0b", true)]
    [InlineData(2, "a\r\nb", false)] // INTERNAL_ERROR
    public void HTTP2_error_is_blamed_on_a_request_that_requires_HTTP_1_1_or_has_a_forbidden_character(
        long errorCode, string value, bool isAtFault) => Assert.Equal(
        isAtFault, IsAtFault(Protocol(errorCode), request => request.Headers.TryAddWithoutValidation("X-Value", value)));

    [Theory]
    [InlineData(9, 8_200, true)] // COMPRESSION_ERROR: a host that cannot decode the headers, even because of their size.
    [InlineData(9, 1_000, false)]
    [InlineData(11, 8_200, true)] // ENHANCE_YOUR_CALM: the answer of nginx.
    [InlineData(11, 1_000, false)]
    public void HTTP2_error_is_blamed_on_large_headers_if_the_host_refuses_or_cannot_decode_them(
        long errorCode, int length, bool isAtFault) => Assert.Equal(
        isAtFault, IsAtFault(Protocol(errorCode), request => request.Headers.Add("X-Large", new string('x', length))));

    [Fact]
    public void Request_that_the_transport_refuses_to_send_is_blamed_for_the_exception()
    {
        Assert.True(IsAtFault(new HttpRequestException("failed", new InvalidOperationException("chunked without content"))));
        Assert.True(IsAtFault(new HttpRequestException("failed", new ObjectDisposedException("stream")), request => Content(request, "text")));
        Assert.False(IsAtFault(new HttpRequestException("failed", new ObjectDisposedException("connection"))));
        Assert.False(IsAtFault(new HttpRequestException("failed", new WebException("timeout"))));
        Assert.False(IsAtFault(new HttpRequestException("failed", new InvalidOperationException()), request => Content(request, "text")));
    }

    [Fact]
    public void Call_that_fails_because_its_request_is_invalid_is_ignored()
    {
        using var request = new HttpRequestMessage { Headers = { { "X-User", "José" } } };
        var call = new FinishedCall(request, null, _bare, Elapsed: 0);
        var rules = ClassifierHarness.Rules();

        Assert.Equal(CallResult.Ignored, new CallClassifier(new ClientTimeout(() => null), TimeProvider.System).Classify(in call, rules, out _));
    }

    private static HttpRequestException Protocol(long errorCode) =>
        new(HttpRequestError.HttpProtocolError, "closed", new HttpProtocolException(errorCode, "closed", null));

    private static StringContent Content(HttpRequestMessage request, string text)
    {
        var content = new StringContent(text);
        request.Content = content;
        return content;
    }

    private static bool IsAtFault(Exception exception, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://host/");
        change?.Invoke(request);
        return RequestRules.IsAtFault(request, exception);
    }
}
