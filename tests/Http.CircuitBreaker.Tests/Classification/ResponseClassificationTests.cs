using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ResponseClassificationTests
{
    private readonly ClassifierHarness _classifier = new();

    [Fact]
    public void By_default_408_429_and_5xx_fail_with_the_code_as_the_reason_and_every_other_code_is_a_success()
    {
        for (var code = 100; code <= 999; code++)
        {
            var expected = code is 408 or 429 or (>= 500 and <= 599) ? CallResult.Failure($"{code}") : CallResult.Success;

            Assert.Equal(expected, _classifier.Classify((HttpStatusCode)code));
        }
    }

    [Fact]
    public void A_list_of_status_codes_replaces_the_default()
    {
        _classifier.FailureStatusCodes = ["404", "502"];

        Assert.Equal(CallResult.Failure("404"), _classifier.Classify(HttpStatusCode.NotFound));
        Assert.Equal(CallResult.Failure("502"), _classifier.Classify(HttpStatusCode.BadGateway));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public void With_an_empty_list_no_status_code_fails()
    {
        _classifier.FailureStatusCodes = [];

        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.InternalServerError));
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(1001, true)]
    [InlineData(long.MaxValue, true)]
    public void A_response_is_slow_from_exactly_SlowCallDuration_on(long elapsed, bool isSlow)
    {
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(isSlow ? CallResult.Failure("slow") : CallResult.Success, _classifier.Classify(HttpStatusCode.OK, elapsed));
    }

    [Fact]
    public void Without_SlowCallDuration_no_response_is_slow() =>
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.OK, elapsed: long.MaxValue));

    [Fact]
    public void A_failed_status_that_comes_late_is_named_by_its_code()
    {
        _classifier.SlowCallDuration = 1000;

        Assert.Equal(CallResult.Failure("503"), _classifier.Classify(HttpStatusCode.ServiceUnavailable, elapsed: 5000));
    }

    [Fact]
    public void A_response_counts_as_what_it_is_though_its_caller_has_given_up_meanwhile()
    {
        Assert.Equal(CallResult.Success, _classifier.Classify(new HttpResponseMessage(HttpStatusCode.OK), isTokenCancelled: true));
        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(new HttpResponseMessage(HttpStatusCode.InternalServerError), isTokenCancelled: true));
    }

    [Fact]
    public void A_handler_that_answers_null_says_nothing_about_the_host() => Assert.Equal(CallResult.Ignored, _classifier.Classify(response: null));
}
