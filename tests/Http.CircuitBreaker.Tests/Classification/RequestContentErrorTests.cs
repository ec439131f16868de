using System.Net.Sockets;
using System.Security.Authentication;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>HttpClient wraps an exception of the caller's request content in the same way as a broken connection.</summary>
public sealed class RequestContentErrorTests
{
    public static TheoryData<Exception> CausesInTheNetworkStack =>
    [
        new SocketException(),
        new HttpIOException(HttpRequestError.ResponseEnded),
        new AuthenticationException(),
        new OperationCanceledException(),
        new IOException("wrapped", new SocketException()),
    ];

    [Fact]
    public void Exception_in_request_content_is_ignored()
    {
        Assert.True(IsOwn(new StreamContent(Stream.Null), From("Shop")));
        Assert.Equal(CallResult.Ignored, Classify(new StreamContent(Stream.Null), From("Shop")));
    }

    [Fact]
    public void Exception_is_never_attributed_to_empty_or_in_memory_content()
    {
        Assert.False(IsOwn(null, From("Shop")));
        Assert.False(IsOwn(new ByteArrayContent([1]), From("Shop")));
        Assert.False(IsOwn(new StringContent("text"), From("Shop")));
        Assert.False(IsOwn(new ReadOnlyMemoryContent(new byte[1]), From("Shop")));
    }

    [Theory]
    [MemberData(nameof(CausesInTheNetworkStack))]
    public void Exception_from_the_network_stack_is_a_failure(Exception cause)
    {
        cause.Source = "Shop";

        Assert.False(IsOwn(new StreamContent(Stream.Null), cause));
        Assert.Equal(CallResult.Failure("System.Net.Http.HttpRequestException"), Classify(new StreamContent(Stream.Null), cause));
    }

    [Theory]
    [InlineData("System.Net.Http", false)]
    [InlineData("System.Net.Security", false)]
    [InlineData(null, false)]
    [InlineData("System.Private.CoreLib", true)]
    [InlineData("Shop.System.Net", true)]
    public void Exception_is_attributed_to_the_assembly_that_threw_it(string? assembly, bool isOwn) =>
        Assert.Equal(isOwn, IsOwn(new StreamContent(Stream.Null), From(assembly)));

    [Fact]
    public void Original_cause_is_found_in_nested_exceptions()
    {
        Assert.True(IsOwn(new StreamContent(Stream.Null), Wrapped(From("Shop"))));
        Assert.False(IsOwn(new StreamContent(Stream.Null), Wrapped(From("System.Net.Http"))));
    }

    [Fact]
    public void Exception_with_an_error_code_or_without_a_cause_is_a_failure()
    {
        using var request = new HttpRequestMessage { Content = new StreamContent(Stream.Null) };

        Assert.False(ExceptionRules.IsRequestContentError(request, new HttpRequestException("bare")));
        Assert.False(ExceptionRules.IsRequestContentError(request, From("Shop")));
        Assert.False(ExceptionRules.IsRequestContentError(
            request, new HttpRequestException(HttpRequestError.ConnectionError, "refused", From("Shop"))));
    }

    private static IOException From(string? assembly) => new("thrown") { Source = assembly };

    // HttpClient is the source of the wrapper.
    private static HttpRequestException Wrapped(Exception cause) => new("wrapped", cause) { Source = "System.Net.Http" };

    private static bool IsOwn(HttpContent? content, Exception cause)
    {
        using var request = new HttpRequestMessage { Content = content };
        return ExceptionRules.IsRequestContentError(request, new HttpRequestException("sending failed", cause));
    }

    private static CallResult Classify(HttpContent? content, Exception cause)
    {
        using var request = new HttpRequestMessage { Content = content };
        var call = new FinishedCall(request, null, new HttpRequestException("sending failed", cause), Elapsed: 0);
        var rules = ClassifierHarness.Rules();
        return new CallClassifier(new ClientTimeout(() => null), TimeProvider.System).Classify(in call, rules, out _);
    }
}
