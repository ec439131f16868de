using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class CancellationTests
{
    private readonly ClassifierHarness _classifier = new();

    public static TheoryData<Exception> ExceptionsOfCanceledCalls =>
    [
        new OperationCanceledException(),
        new TaskCanceledException(),
        new HttpRequestException(HttpRequestError.ConnectionError),
        new IOException("aborted", new OperationCanceledException()),
        new ObjectDisposedException("stream"),
        HandlerPolly.Exception("Polly.Core", "Polly.Timeout.TimeoutRejectedException"),
    ];

    [Theory]
    [MemberData(nameof(ExceptionsOfCanceledCalls))]
    public void Cancellation_by_the_caller_is_ignored_for_every_exception_type(Exception exception) =>
        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception, elapsed: 90_000, isTokenCanceled: true));

    [Theory]
    [MemberData(nameof(ExceptionsOfCanceledCalls))]
    public void Cancellation_at_the_client_timeout_is_a_timeout(Exception exception)
    {
        _classifier.ClientTimeout = TimeSpan.FromSeconds(100);

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(exception, elapsed: 100_000, isTokenCanceled: true));
    }

    [Theory]
    [InlineData(1_999, null)]
    [InlineData(2_000, "slow")]
    [InlineData(9_499, "slow")]
    [InlineData(9_500, "timeout")]
    [InlineData(10_501, "slow")]
    public void Canceled_slow_call_counts_as_slow_unless_it_ended_at_the_client_timeout(long elapsed, string? reason)
    {
        _classifier.SlowCallDuration = 2_000;
        _classifier.ClientTimeout = TimeSpan.FromSeconds(10);

        Assert.Equal(
            reason is null ? CallResult.Ignored : CallResult.Failure(reason),
            _classifier.Classify(new TaskCanceledException(), elapsed, isTokenCanceled: true));
    }

    [Fact]
    public void CallTimeout_is_classified_as_a_timeout_for_every_exception_type()
    {
        _classifier.SlowCallDuration = 1;

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TaskCanceledException(), elapsed: 10, isCallTimeout: true));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new InvalidOperationException(), elapsed: 10, isCallTimeout: true));
    }
}
