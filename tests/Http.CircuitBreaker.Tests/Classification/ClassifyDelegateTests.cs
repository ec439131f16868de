using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class ClassifyDelegateTests
{
    private readonly ClassifierHarness _classifier = new();

    [Theory]
    [InlineData(CircuitOutcome.Success)]
    [InlineData(CircuitOutcome.Ignored)]
    public void Classify_result_overrides_the_built_in_rules(CircuitOutcome outcome)
    {
        _classifier.ClassifyDelegate = _ => outcome;

        Assert.Equal(new CallResult(outcome), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(new CallResult(outcome), _classifier.Classify(new HttpRequestException()));
        Assert.Equal(new CallResult(outcome), _classifier.Classify(new TaskCanceledException(), isCallTimeout: true));
    }

    [Fact]
    public void Failure_returned_by_Classify_has_the_status_code_or_exception_as_its_reason()
    {
        _classifier.ClassifyDelegate = _ => CircuitOutcome.Failure;

        Assert.Equal(CallResult.Failure("404"), _classifier.Classify(HttpStatusCode.NotFound));
        Assert.Equal(CallResult.Failure("connection_error"), _classifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.Equal(CallResult.Failure("System.InvalidOperationException"), _classifier.Classify(new InvalidOperationException()));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TaskCanceledException(), isTokenCanceled: true));
    }

    [Fact]
    public void Failure_returned_by_Classify_keeps_the_Retry_After_time()
    {
        _classifier.ClassifyDelegate = _ => CircuitOutcome.Failure;
        using var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
        response.Headers.Add("Retry-After", "7");

        Assert.Equal(CallResult.Failure("403", retryAfter: 7000), _classifier.Classify(response));
    }

    [Fact]
    public void Classify_is_not_called_without_a_response_or_an_exception()
    {
        _classifier.ClassifyDelegate = _ => CircuitOutcome.Failure;

        Assert.Equal(CallResult.Ignored, _classifier.Classify(response: null));
        Assert.Null(_classifier.Thrown);
    }

    [Fact]
    public void Built_in_rules_apply_if_Classify_returns_null()
    {
        _classifier.ClassifyDelegate = _ => null;

        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.OK));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TimeoutException()));
    }

    [Fact]
    public void Exception_thrown_by_Classify_is_captured_and_the_built_in_rules_apply()
    {
        var exception = new InvalidOperationException("bug");
        _classifier.ClassifyDelegate = _ => throw exception;

        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Same(exception, _classifier.Thrown);
    }

    [Fact]
    public void Connection_failure_is_counted_if_Classify_throws_because_there_is_no_response()
    {
        _classifier.ClassifyDelegate = call => call.Response!.StatusCode == HttpStatusCode.Conflict ? CircuitOutcome.Ignored : null;

        Assert.Equal(CallResult.Failure("connection_error"), _classifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.IsType<NullReferenceException>(_classifier.Thrown);
    }

    [Fact]
    public void Classify_receives_all_details_of_the_call()
    {
        var seen = new List<CompletedCall>();
        _classifier.ClassifyDelegate = call =>
        {
            seen.Add(call);
            return null;
        };
        using var response = new HttpResponseMessage();
        var exception = new IOException();

        _classifier.Classify(response, elapsed: 1500);
        _classifier.Classify(exception, elapsed: 20);

        Assert.Same(response, seen[0].Response);
        Assert.Null(seen[0].Exception);
        Assert.Equal(TimeSpan.FromSeconds(1.5), seen[0].Elapsed);
        Assert.Equal("http://host/", seen[0].Request.RequestUri!.AbsoluteUri);
        Assert.Null(seen[1].Response);
        Assert.Same(exception, seen[1].Exception);
    }
}
