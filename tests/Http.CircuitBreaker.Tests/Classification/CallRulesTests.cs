using System.Net;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>The short way is taken where nothing but a success can come out, and only there.</summary>
public sealed class CallRulesTests : IDisposable
{
    private readonly HttpRequestMessage _get = new(HttpMethod.Get, "http://host/");
    private readonly HttpResponseMessage _ok = new(HttpStatusCode.OK);

    [Fact]
    public void An_ordinary_answer_in_time_is_a_plain_success() => Assert.True(Rules(slow: 1_000).IsPlainSuccess(_get, _ok, elapsed: 999));

    [Fact]
    public void A_delegate_of_the_user_has_to_be_asked() =>
        Assert.False(Rules(classify: _ => null).IsPlainSuccess(_get, _ok, elapsed: 0));

    [Fact]
    public void A_failed_status_is_none() =>
        Assert.False(Rules().IsPlainSuccess(_get, new HttpResponseMessage(HttpStatusCode.BadGateway), elapsed: 0));

    [Fact]
    public void A_slow_answer_is_none() => Assert.False(Rules(slow: 1_000).IsPlainSuccess(_get, _ok, elapsed: 1_000));

    [Fact]
    public void A_response_of_another_type_may_be_a_rejection_and_is_none() =>
        Assert.False(Rules().IsPlainSuccess(_get, new OwnResponse(), elapsed: 0));

    [Fact]
    public void No_response_is_none() => Assert.False(Rules().IsPlainSuccess(_get, response: null, elapsed: 0));

    [Fact]
    public void Where_gRPC_is_possible_its_status_has_to_be_looked_at()
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "http://host/") { Content = new ByteArrayContent([1]) };

        Assert.False(Rules().IsPlainSuccess(post, _ok, elapsed: 0));
        Assert.False(Rules().IsPlainSuccess(_get, new HttpResponseMessage { Version = HttpVersion.Version20 }, elapsed: 0));
    }

    public void Dispose()
    {
        _get.Dispose();
        _ok.Dispose();
    }

    private static CallRules Rules(long slow = 0, Func<CompletedCall, CircuitOutcome?>? classify = null) => new(StatusCodeSet.Default, slow, classify);

    private sealed class OwnResponse : HttpResponseMessage;
}
