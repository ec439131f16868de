using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ResponseClassificationTests
{
    private readonly ClassifierHarness _classifier = new();

    [Fact]
    public void By_default_only_408_429_and_5xx_are_failures_with_the_code_as_reason()
    {
        for (var code = 100; code <= 999; code++)
        {
            var expected = code is 408 or 429 or (>= 500 and <= 599) ? CallResult.Failure($"{code}") : CallResult.Success;

            Assert.Equal(expected, _classifier.Classify((HttpStatusCode)code));
        }
    }

    [Fact]
    public void FailureStatusCodes_replaces_the_default()
    {
        _classifier.FailureStatusCodes = ["404", "502"];

        Assert.Equal(CallResult.Failure("404"), _classifier.Classify(HttpStatusCode.NotFound));
        Assert.Equal(CallResult.Failure("502"), _classifier.Classify(HttpStatusCode.BadGateway));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public void Every_status_is_a_success_if_FailureStatusCodes_is_empty()
    {
        _classifier.FailureStatusCodes = [];

        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.InternalServerError));
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(1001, true)]
    [InlineData(long.MaxValue, true)]
    public void Response_that_takes_exactly_SlowCallDuration_is_slow(long elapsed, bool isSlow)
    {
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(isSlow ? CallResult.Failure("slow") : CallResult.Success, _classifier.Classify(HttpStatusCode.OK, elapsed));
    }

    [Fact]
    public void Response_is_never_slow_without_SlowCallDuration() =>
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.OK, elapsed: long.MaxValue));

    [Fact]
    public void Slow_response_with_a_failure_status_has_the_status_code_as_failure_reason()
    {
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(CallResult.Failure("503"), _classifier.Classify(HttpStatusCode.ServiceUnavailable, elapsed: 5000));
    }

    [Fact]
    public void Response_is_classified_even_if_the_caller_has_canceled()
    {
        Assert.Equal(CallResult.Success, _classifier.Classify(new HttpResponseMessage(HttpStatusCode.OK), isTokenCanceled: true));
        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(new HttpResponseMessage(HttpStatusCode.InternalServerError), isTokenCanceled: true));
    }

    [Fact]
    public void Null_response_is_ignored() => Assert.Equal(CallResult.Ignored, _classifier.Classify(response: null));
}
