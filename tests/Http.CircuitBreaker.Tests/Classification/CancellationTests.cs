using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class CancellationTests
{
    private readonly ClassifierHarness _classifier = new();

    public static TheoryData<Exception> ExceptionsOfCancelledCalls =>
    [
        new OperationCanceledException(),
        new TaskCanceledException(),
        new HttpRequestException(HttpRequestError.ConnectionError),
        new IOException("aborted", new OperationCanceledException()),
        new ObjectDisposedException("stream"),
        HandlerPolly.Exception("Polly.Core", "Polly.Timeout.TimeoutRejectedException"),
    ];

    [Theory]
    [MemberData(nameof(ExceptionsOfCancelledCalls))]
    public void Cancellation_by_the_caller_is_ignored_for_every_exception_type(Exception exception) =>
        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception, elapsed: 90_000, isTokenCancelled: true));

    [Theory]
    [MemberData(nameof(ExceptionsOfCancelledCalls))]
    public void Cancellation_at_the_client_timeout_is_a_timeout(Exception exception)
    {
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(100);

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(exception, elapsed: 100_000, isTokenCancelled: true));
    }

    [Theory]
    [InlineData(100, 94_999, false)] // 5 % of 100 s are 5 s.
    [InlineData(100, 95_000, true)]
    [InlineData(10, 9_499, false)]
    [InlineData(10, 9_500, true)]
    [InlineData(2, 1_899, false)] // 5 % of 2 s are 100 ms, the minimum.
    [InlineData(2, 1_900, true)]
    [InlineData(1, 899, false)] // 5 % would be 50 ms; the minimum is 100 ms.
    [InlineData(1, 900, true)]
    public void Client_timeout_tolerance_is_5_percent_and_at_least_100_ms(int timeout, long elapsed, bool isTimeout)
    {
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(timeout);

        Assert.Equal(
            isTimeout ? CallResult.Failure("timeout") : CallResult.Ignored,
            _classifier.Classify(new TaskCanceledException(), elapsed, isTokenCancelled: true));
    }

    [Fact]
    public void Cancellations_are_always_ignored_if_the_client_timeout_is_infinite()
    {
        _classifier.ClientTimeout.Configured = Timeout.InfiniteTimeSpan;

        Assert.Equal(CallResult.Ignored, _classifier.Classify(new TaskCanceledException(), elapsed: long.MaxValue, isTokenCancelled: true));
    }

    [Theory]
    [InlineData(1_999, null)]
    [InlineData(2_000, "slow")]
    [InlineData(9_499, "slow")]
    [InlineData(9_500, "timeout")]
    public void Cancelled_slow_call_counts_as_slow_unless_it_timed_out(long elapsed, string? reason)
    {
        _classifier.SlowCallDuration = 2_000;
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(10);

        Assert.Equal(
            reason is null ? CallResult.Ignored : CallResult.Failure(reason),
            _classifier.Classify(new TaskCanceledException(), elapsed, isTokenCancelled: true));
    }

    [Fact]
    public void Call_timeout_is_a_timeout_for_every_exception_type()
    {
        _classifier.SlowCallDuration = 1;

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TaskCanceledException(), elapsed: 10, isCallTimeout: true));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new InvalidOperationException(), elapsed: 10, isCallTimeout: true));
    }
}
