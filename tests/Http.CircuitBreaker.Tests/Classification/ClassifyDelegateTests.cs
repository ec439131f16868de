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
    public void The_users_verdict_wins_over_the_built_in_rules(CircuitOutcome outcome)
    {
        _classifier.UserRule = _ => outcome;

        Assert.Equal(new CallResult(outcome), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(new CallResult(outcome), _classifier.Classify(new HttpRequestException()));
        Assert.Equal(new CallResult(outcome), _classifier.Classify(new TaskCanceledException(), isCallTimeout: true));
    }

    [Fact]
    public void A_failure_of_the_users_own_is_named_by_what_happened()
    {
        _classifier.UserRule = _ => CircuitOutcome.Failure;

        Assert.Equal(CallResult.Failure("404"), _classifier.Classify(HttpStatusCode.NotFound));
        Assert.Equal(CallResult.Failure("connection_error"), _classifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.Equal(CallResult.Failure("System.InvalidOperationException"), _classifier.Classify(new InvalidOperationException()));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TaskCanceledException(), isTokenCancelled: true));
    }

    [Fact]
    public void A_failure_of_the_users_own_brings_its_Retry_After_along()
    {
        _classifier.UserRule = _ => CircuitOutcome.Failure;
        using var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
        response.Headers.Add("Retry-After", "7");

        Assert.Equal(CallResult.Failure("403", retryAfter: 7000), _classifier.Classify(response));
    }

    [Fact]
    public void A_handler_that_answers_null_is_not_shown_to_the_users_rule_and_is_no_fault_of_it()
    {
        _classifier.UserRule = _ => CircuitOutcome.Failure;

        Assert.Equal(CallResult.Ignored, _classifier.Classify(response: null));
        Assert.Null(_classifier.Thrown);
    }

    [Fact]
    public void Null_leaves_the_call_to_the_built_in_rules()
    {
        _classifier.UserRule = _ => null;

        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Equal(CallResult.Success, _classifier.Classify(HttpStatusCode.OK));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TimeoutException()));
    }

    [Fact]
    public void If_Classify_throws_the_built_in_rules_decide_and_the_exception_is_returned()
    {
        var fault = new InvalidOperationException("bug");
        _classifier.UserRule = _ => throw fault;

        Assert.Equal(CallResult.Failure("500"), _classifier.Classify(HttpStatusCode.InternalServerError));
        Assert.Same(fault, _classifier.Thrown);
    }

    [Fact]
    public void A_Classify_that_reads_a_missing_response_does_not_hide_connection_failures()
    {
        _classifier.UserRule = call => call.Response!.StatusCode == HttpStatusCode.Conflict ? CircuitOutcome.Ignored : null;

        Assert.Equal(CallResult.Failure("connection_error"), _classifier.Classify(new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.IsType<NullReferenceException>(_classifier.Thrown);
    }

    [Fact]
    public void The_users_rule_sees_the_whole_call()
    {
        var seen = new List<CompletedCall>();
        _classifier.UserRule = call =>
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
