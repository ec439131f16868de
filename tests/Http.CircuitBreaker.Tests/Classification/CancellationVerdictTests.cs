using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Classification;

public sealed class CancellationVerdictTests
{
    private readonly ClassifierHarness _classifier = new();

    public static TheoryData<Exception> WhatACancelledCallThrows =>
    [
        new OperationCanceledException(),
        new TaskCanceledException(),
        new HttpRequestException(HttpRequestError.ConnectionError),
        new IOException("aborted", new OperationCanceledException()),
        new ObjectDisposedException("stream"),
        HandlerPolly.Exception("Polly.Core", "Polly.Timeout.TimeoutRejectedException"),
    ];

    [Theory]
    [MemberData(nameof(WhatACancelledCallThrows))]
    public void A_caller_who_gives_up_is_no_evidence_however_it_surfaces(Exception exception) =>
        Assert.Equal(CallResult.Ignored, _classifier.Classify(exception, elapsed: 90_000, isTokenCancelled: true));

    [Theory]
    [MemberData(nameof(WhatACancelledCallThrows))]
    public void A_cancellation_at_the_clients_timeout_is_a_timeout_however_it_surfaces(Exception exception)
    {
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(100);

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(exception, elapsed: 100_000, isTokenCancelled: true));
    }

    [Theory]
    [InlineData(100, 94_999, false)] // 5 % of 100 s are 5 s.
    [InlineData(100, 95_000, true)]
    [InlineData(10, 9_499, false)]
    [InlineData(10, 9_500, true)]
    [InlineData(2, 1_899, false)] // Here both are 100 ms.
    [InlineData(2, 1_900, true)]
    [InlineData(1, 899, false)] // 5 % would be 50 ms: 100 ms are more.
    [InlineData(1, 900, true)]
    public void The_timeout_counts_as_reached_a_twentieth_or_100_ms_early_whichever_is_more(int timeout, long elapsed, bool isTimeout)
    {
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(timeout);

        Assert.Equal(
            isTimeout ? CallResult.Failure("timeout") : CallResult.Ignored,
            _classifier.Classify(new TaskCanceledException(), elapsed, isTokenCancelled: true));
    }

    [Fact]
    public void With_an_infinite_timeout_every_cancellation_is_the_callers()
    {
        _classifier.ClientTimeout.Configured = Timeout.InfiniteTimeSpan;

        Assert.Equal(CallResult.Ignored, _classifier.Classify(new TaskCanceledException(), elapsed: long.MaxValue, isTokenCancelled: true));
    }

    [Theory]
    [InlineData(1_999, null)]
    [InlineData(2_000, "slow")]
    [InlineData(9_499, "slow")]
    [InlineData(9_500, "timeout")]
    public void A_cancelled_call_that_was_slow_already_is_a_slow_one_and_the_timeout_goes_first(long elapsed, string? reason)
    {
        _classifier.SlowCallDuration = 2_000;
        _classifier.ClientTimeout.Configured = TimeSpan.FromSeconds(10);

        Assert.Equal(
            reason is null ? CallResult.Ignored : CallResult.Failure(reason),
            _classifier.Classify(new TaskCanceledException(), elapsed, isTokenCancelled: true));
    }

    [Fact]
    public void The_breakers_own_timeout_is_a_timeout_whatever_it_surfaces_as()
    {
        _classifier.SlowCallDuration = 1;

        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new TaskCanceledException(), elapsed: 10, isCallTimeout: true));
        Assert.Equal(CallResult.Failure("timeout"), _classifier.Classify(new InvalidOperationException(), elapsed: 10, isCallTimeout: true));
    }
}
