using System.Net;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Rejection;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class RejectionClassificationTests
{
    private static readonly CircuitRejection _rejection = new(HandlerRig.Key, CircuitState.Open, TimeSpan.FromSeconds(5), "500");
    private readonly ClassifierHarness _classifier = new() { SlowCallDuration = 1 };

    [Theory]
    [InlineData("Polly.Core", "Polly.CircuitBreaker.BrokenCircuitException")]
    [InlineData("Polly.Core", "Polly.CircuitBreaker.IsolatedCircuitException")]
    [InlineData("Polly.RateLimiting", "Polly.RateLimiting.RateLimiterRejectedException")]
    [InlineData("Polly", "Polly.CircuitBreaker.BrokenCircuitException")]
    [InlineData("Polly", "Polly.CircuitBreaker.IsolatedCircuitException")]
    [InlineData("Polly", "Polly.RateLimit.RateLimitRejectedException")]
    [InlineData("Polly", "Polly.Bulkhead.BulkheadRejectedException")]
    public void Polly_rejection_is_ignored(string assembly, string type)
    {
        var exception = HandlerPolly.Exception(assembly, type);

        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception, elapsed: 1_000_000, isTokenCanceled: true));
        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception));
    }

    [Theory]
    [InlineData("Polly.Core")]
    [InlineData("Polly")]
    public void Polly_timeout_counts_as_a_timeout(string assembly) =>
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(HandlerPolly.Exception(assembly, "Polly.Timeout.TimeoutRejectedException")));

    [Fact]
    public void Rejection_by_an_inner_circuit_breaker_is_ignored()
    {
        using var request = new HttpRequestMessage();
        using var response = new CircuitOpenResponse(HttpStatusCode.ServiceUnavailable, request, _rejection);

        Assert.Equal(CallResult.Ignored, _classifier.Classify(response, elapsed: 5000));
        Assert.Equal(CallResult.Ignored, _classifier.Classify(new CircuitOpenException(_rejection)));
    }

    [Fact]
    public void Classify_is_not_called_for_rejections()
    {
        _classifier.ClassifyDelegate = _ => CircuitOutcome.Failure;

        Assert.Equal(CallResult.Ignored, _classifier.Classify(new CircuitOpenException(_rejection)));
        Assert.Equal(CallResult.Ignored, _classifier.Classify(HandlerPolly.Exception("Polly.Core", "Polly.CircuitBreaker.BrokenCircuitException")));
    }
}
