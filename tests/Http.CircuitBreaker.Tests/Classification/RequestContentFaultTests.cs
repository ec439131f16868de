using System.Net.Sockets;
using System.Security.Authentication;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>HttpClient wraps what the caller's own content throws just as it wraps a broken connection.</summary>
public sealed class RequestContentFaultTests
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
    public void A_content_of_the_caller_that_throws_is_no_evidence()
    {
        Assert.True(IsOwn(new StreamContent(Stream.Null), From("Shop")));
        Assert.Equal(CallResult.Ignored, Judge(new StreamContent(Stream.Null), From("Shop")));
    }

    [Fact]
    public void A_request_without_content_or_with_one_in_memory_cannot_be_at_fault()
    {
        Assert.False(IsOwn(null, From("Shop")));
        Assert.False(IsOwn(new ByteArrayContent([1]), From("Shop")));
        Assert.False(IsOwn(new StringContent("text"), From("Shop")));
        Assert.False(IsOwn(new ReadOnlyMemoryContent(new byte[1]), From("Shop")));
    }

    [Theory]
    [MemberData(nameof(CausesInTheNetworkStack))]
    public void A_cause_in_the_network_stack_is_the_hosts(Exception cause)
    {
        cause.Source = "Shop";

        Assert.False(IsOwn(new StreamContent(Stream.Null), cause));
        Assert.Equal(CallResult.Failure("System.Net.Http.HttpRequestException"), Judge(new StreamContent(Stream.Null), cause));
    }

    [Theory]
    [InlineData("System.Net.Http", false)]
    [InlineData("System.Net.Security", false)]
    [InlineData(null, false)]
    [InlineData("System.Private.CoreLib", true)]
    [InlineData("Shop.System.Net", true)]
    public void The_assembly_that_threw_tells_and_where_it_is_unknown_the_host_is_to_blame(string? assembly, bool isOwn) =>
        Assert.Equal(isOwn, IsOwn(new StreamContent(Stream.Null), From(assembly)));

    [Fact]
    public void The_cause_is_found_below_what_HttpClient_wraps_again()
    {
        Assert.True(IsOwn(new StreamContent(Stream.Null), Wrapped(From("Shop"))));
        Assert.False(IsOwn(new StreamContent(Stream.Null), Wrapped(From("System.Net.Http"))));
    }

    [Fact]
    public void An_error_that_has_a_name_or_no_cause_is_the_hosts()
    {
        using var request = new HttpRequestMessage { Content = new StreamContent(Stream.Null) };

        Assert.False(ExceptionRules.IsRequestContentError(request, new HttpRequestException("bare")));
        Assert.False(ExceptionRules.IsRequestContentError(request, From("Shop")));
        Assert.False(ExceptionRules.IsRequestContentError(
            request, new HttpRequestException(HttpRequestError.ConnectionError, "refused", From("Shop"))));
    }

    private static IOException From(string? assembly) => new("thrown") { Source = assembly };

    // Its own source is another one.
    private static HttpRequestException Wrapped(Exception cause) => new("wrapped", cause) { Source = "System.Net.Http" };

    private static bool IsOwn(HttpContent? content, Exception cause)
    {
        using var request = new HttpRequestMessage { Content = content };
        return ExceptionRules.IsRequestContentError(request, new HttpRequestException("sending failed", cause));
    }

    private static CallResult Judge(HttpContent? content, Exception cause)
    {
        using var request = new HttpRequestMessage { Content = content };
        var call = new FinishedCall(request, null, new HttpRequestException("sending failed", cause), Elapsed: 0);
        var rules = new CallRules(StatusCodeSet.Default, SlowCallDuration: 0, Classify: null);
        return new CallClassifier(new ClientTimeout(), TimeProvider.System).Classify(in call, rules, out _);
    }
}
