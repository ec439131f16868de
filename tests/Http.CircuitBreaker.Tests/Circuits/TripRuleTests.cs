using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class TripRuleTests
{
    [Fact]
    public void FailuresToReopen_is_the_smallest_number_of_failed_probes_that_reaches_the_ratio()
    {
        for (var probes = 1; probes <= 100; probes++)
        {
            for (var percent = 1; percent <= 100; percent++)
            {
                var ratio = percent / 100.0;
                var expected = Enumerable.Range(1, probes).First(k => (double)k / probes >= ratio);

                Assert.True(expected == BreakRule.FailuresToReopen(probes, ratio), $"ratio {ratio}, {probes} probes");
            }
        }
    }

    [Theory]
    [InlineData(25, 0.28, 7)]
    [InlineData(3, 0.5, 2)]
    [InlineData(1, 0.01, 1)]
    [InlineData(100, double.Epsilon, 1)]
    public void FailuresToReopen_is_correct_despite_rounding_errors(int probes, double ratio, int expected) =>
        Assert.Equal(expected, BreakRule.FailuresToReopen(probes, ratio));

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Without_a_failure_ratio_the_first_failed_probe_reopens_the_circuit(int probes) =>
        Assert.Equal(1, BreakRule.FailuresToReopen(probes, null));

    [Theory]
    [InlineData(4, 2, 0, CircuitTransitionReason.FailureRatio)]
    [InlineData(4, 2, 1, CircuitTransitionReason.OverdueCalls)]
    [InlineData(3, 3, 0, null)]
    [InlineData(4, 1, 0, null)]
    [InlineData(0, 0, 0, null)]
    public void Failure_ratio_opens_the_circuit_only_if_MinimumThroughput_is_reached(
        int total, int failed, int overdue, CircuitTransitionReason? expected) =>
        Assert.Equal(expected, TripRule.ByRatio(CircuitScenario.Defaults, new WindowCounts(total, failed, overdue)));

    [Theory]
    [InlineData(0, 100, null)]
    [InlineData(3, 2, null)]
    [InlineData(3, 3, CircuitTransitionReason.ConsecutiveFailures)]
    [InlineData(3, 4, CircuitTransitionReason.ConsecutiveFailures)]
    public void Circuit_opens_when_the_number_of_consecutive_failures_is_reached(int length, int inARow, CircuitTransitionReason? expected)
    {
        var settings = CircuitScenario.Defaults with { ConsecutiveFailures = length };

        Assert.Equal(expected, TripRule.OnFailure(settings, CallResult.Failure("500"), new ConsecutiveFailures(inARow, 0), default));
    }

    [Theory]
    [InlineData(2_999, null)]
    [InlineData(3_000, CircuitTransitionReason.ConsecutiveFailures)]
    public void Consecutive_failures_open_the_circuit_only_after_ConsecutiveFailuresDuration(
        long duration, CircuitTransitionReason? expected)
    {
        var settings = CircuitScenario.Defaults with { ConsecutiveFailures = 3, ConsecutiveFailuresDuration = 3_000 };

        Assert.Equal(expected, TripRule.OnFailure(settings, CallResult.Failure("500"), new ConsecutiveFailures(100, duration), default));
        Assert.Null(TripRule.OnFailure(settings, CallResult.Failure("500"), new ConsecutiveFailures(2, duration), default));
    }

    [Theory]
    [InlineData(RetryAfterHandling.Open, 1, true)]
    [InlineData(RetryAfterHandling.Open, 0, false)]
    [InlineData(RetryAfterHandling.Extend, 1, false)]
    [InlineData(RetryAfterHandling.Ignore, 1, false)]
    public void Retry_After_opens_the_circuit_only_with_RetryAfterHandling_Open(RetryAfterHandling mode, long retryAfter, bool expected) =>
        Assert.Equal(expected, TripRule.OpensImmediately(CircuitScenario.Defaults with { RetryAfterHandling = mode }, CallResult.Failure("503", retryAfter)));
}
