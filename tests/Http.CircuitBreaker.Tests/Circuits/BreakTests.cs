using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class BreakTests
{
    private readonly CircuitHarness _circuit = new(s => s with { BreakDuration = 5_000, MaxBreakDuration = 60_000, MaxRetryAfter = 60_000 });

    [Fact]
    public void Breaks_double_while_probes_fail()
    {
        _circuit.Fail(4);

        foreach (var expected in new[] { 5, 10, 20, 40, 60, 60, 60 })
        {
            Assert.Equal(expected, _circuit.BreakSeconds);
            _circuit.WaitForBreakEnd().Fail().Is(Open);
        }
    }

    [Fact]
    public void Breaks_stop_growing_at_their_maximum_without_overflow()
    {
        _circuit.Fail(4);
        for (var i = 0; i < 1_000; i++)
        {
            _circuit.WaitForBreakEnd().Fail();
        }

        Assert.Equal((60, 1_001), (_circuit.BreakSeconds, _circuit.Snapshot.ConsecutiveOpenings));
    }

    [Fact]
    public void Break_length_is_reset_after_a_sampling_window_without_failures()
    {
        FailTwiceThenClose();

        _circuit.Succeed(4).Wait(10).Fail(4).Is(Open);

        Assert.Equal((5, 1), (_circuit.BreakSeconds, _circuit.LastChange.ConsecutiveOpenings));
    }

    [Fact]
    public void Sampling_window_without_calls_does_not_reset_the_break_length()
    {
        FailTwiceThenClose();

        _circuit.Wait(100).Fail(4).Is(Open);

        Assert.Equal((20, 3), (_circuit.BreakSeconds, _circuit.LastChange.ConsecutiveOpenings));
    }

    [Theory]
    [InlineData(0, 10.0, 20)]
    [InlineData(1, 9.999, 20)]
    [InlineData(1, 10.0, 5)]
    [InlineData(1, 100.0, 5)] // The success may be older than the sampling window.
    public void Break_length_is_reset_after_a_success_and_an_entire_sampling_window(int successes, double seconds, int expectedBreak)
    {
        FailTwiceThenClose();

        _circuit.Succeed(successes).Wait(seconds).Fail(successes == 0 || seconds >= 10 ? 4 : 3).Is(Open);

        Assert.Equal(expectedBreak, _circuit.BreakSeconds);
    }

    [Fact]
    public void Isolation_keeps_the_number_of_consecutive_openings()
    {
        FailTwiceThenClose();

        _circuit.Isolate(1).WaitForBreakEnd().Fail().Is(Open);

        Assert.Equal(20, _circuit.BreakSeconds);
    }

    [Fact]
    public void Reset_clears_the_number_of_consecutive_openings()
    {
        FailTwiceThenClose();

        _circuit.Reset().Fail(4).Is(Open);

        Assert.Equal(5, _circuit.BreakSeconds);
    }

    [Theory]
    [InlineData(RetryAfterHandling.Extend, 45_000, 45)]
    [InlineData(RetryAfterHandling.Extend, 3_600_000, 60)]
    [InlineData(RetryAfterHandling.Extend, long.MaxValue, 60)]
    [InlineData(RetryAfterHandling.Extend, 1_000, 5)]
    [InlineData(RetryAfterHandling.Extend, 0, 5)]
    [InlineData(RetryAfterHandling.Ignore, 45_000, 5)]
    public void Retry_After_of_the_opening_failure_extends_the_break(RetryAfterHandling mode, long retryAfter, int expected)
    {
        _circuit.Apply(s => s with { RetryAfterHandling = mode });

        _circuit.Fail(3).Fail(retryAfter: retryAfter).Is(Open);

        Assert.Equal(expected, _circuit.BreakSeconds);
    }

    [Fact]
    public void Retry_After_of_an_earlier_failure_is_ignored()
    {
        _circuit.Fail(retryAfter: 45_000).Fail(3).Is(Open);

        Assert.Equal(5, _circuit.BreakSeconds);
    }

    [Fact]
    public void Retry_After_of_a_failed_probe_extends_the_next_break()
    {
        _circuit.OpenUntilProbe().Fail(retryAfter: 45_000).Is(Open);

        Assert.Equal(45, _circuit.BreakSeconds);
    }

    [Fact]
    public void With_RetryAfterHandling_Open_the_first_Retry_After_opens_the_circuit()
    {
        _circuit.Apply(s => s with { RetryAfterHandling = RetryAfterHandling.Open });

        _circuit.Succeed(100).Fail().Is(Closed).Fail(retryAfter: 45_000).Is(Open);

        Assert.Equal((CircuitTransitionReason.RetryAfter, 45), (_circuit.LastChange.Reason, _circuit.BreakSeconds));
    }

    [Theory]
    [InlineData(RetryAfterHandling.Extend)]
    [InlineData(RetryAfterHandling.Ignore)]
    public void Retry_After_does_not_open_the_circuit_unless_RetryAfterHandling_is_Open(RetryAfterHandling mode) =>
        _circuit.Apply(s => s with { RetryAfterHandling = mode }).Succeed(100).Fail(retryAfter: 45_000).Is(Closed);

    // The next opening is the third consecutive one.
    private void FailTwiceThenClose() => _circuit.OpenUntilProbe().Fail().WaitForBreakEnd().Succeed().Is(Closed);
}
