using System.Net;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

/// <summary>IsPlainSuccess is true only if full classification would give a success.</summary>
public sealed class CallRulesTests : IDisposable
{
    private readonly HttpRequestMessage _get = new(HttpMethod.Get, "http://host/");
    private readonly HttpResponseMessage _ok = new(HttpStatusCode.OK);

    [Fact]
    public void Fast_200_response_takes_the_fast_path_for_successes() => Assert.True(Rules().IsPlainSuccess(_get, _ok, isSlow: false));

    [Fact]
    public void Call_with_a_Classify_delegate_does_not_take_the_fast_path_for_successes() =>
        Assert.False(Rules(classify: _ => null).IsPlainSuccess(_get, _ok, isSlow: false));

    [Fact]
    public void Failure_status_does_not_take_the_fast_path_for_successes() =>
        Assert.False(Rules().IsPlainSuccess(_get, new HttpResponseMessage(HttpStatusCode.BadGateway), isSlow: false));

    [Fact]
    public void Slow_response_does_not_take_the_fast_path_for_successes() => Assert.False(Rules().IsPlainSuccess(_get, _ok, isSlow: true));

    [Fact]
    public void Response_of_a_derived_type_does_not_take_the_fast_path_for_successes() =>
        Assert.False(Rules().IsPlainSuccess(_get, new OwnResponse(), isSlow: false));

    [Fact]
    public void Missing_response_does_not_take_the_fast_path_for_successes() =>
        Assert.False(Rules().IsPlainSuccess(_get, response: null, isSlow: false));

    [Fact]
    public void Possible_gRPC_response_does_not_take_the_fast_path_for_successes()
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "http://host/") { Content = new ByteArrayContent([1]) };

        Assert.False(Rules().IsPlainSuccess(post, _ok, isSlow: false));
        Assert.False(Rules().IsPlainSuccess(_get, new HttpResponseMessage { Version = HttpVersion.Version20 }, isSlow: false));
    }

    public void Dispose()
    {
        _get.Dispose();
        _ok.Dispose();
    }

    private static CallRules Rules(Func<CompletedCall, CircuitOutcome?>? classify = null) => ClassifierHarness.Rules(classify);

    private sealed class OwnResponse : HttpResponseMessage;
}
