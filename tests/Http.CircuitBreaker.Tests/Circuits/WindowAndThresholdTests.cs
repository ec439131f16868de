using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class WindowAndThresholdTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Circuit_opens_on_the_failure_that_reaches_MinimumThroughput()
    {
        _circuit.Fail().Is(Closed).Fail().Is(Closed).Fail().Is(Closed);

        _circuit.Fail().Is(Open).Reject();

        Assert.Equal(CircuitTransitionReason.FailureRatio, _circuit.LastChange.Reason);
        Assert.Equal((4, 4), (_circuit.LastChange.Total, _circuit.LastChange.Failed));
    }

    [Theory]
    [InlineData("SSFF", Open)]
    [InlineData("SSSF", Closed)]
    [InlineData("SSF", Closed)]
    [InlineData("FFF", Closed)]
    [InlineData("SFSF", Open)]
    [InlineData("SSFSF", Closed)]
    [InlineData("SSFSFF", Open)]
    [InlineData("FFFS", Closed)]
    [InlineData("FFFSF", Open)]
    [InlineData("XXXXXXXXFFF", Closed)]
    [InlineData("XFXFXFXF", Open)]
    [InlineData("SSSXXXXF", Closed)]
    public void Circuit_opens_on_the_failure_that_reaches_FailureRatio_and_MinimumThroughput(string calls, CircuitState expected) =>
        _circuit.Run(calls).Is(expected);

    [Theory]
    [InlineData(0.01, 99, 1)]
    [InlineData(0.28, 18, 7)]
    [InlineData(1.0, 0, 4)]
    public void Circuit_opens_at_exactly_the_failure_ratio(double ratio, int successes, int failures)
    {
        var circuit = new CircuitHarness(s => s with { FailureRatio = ratio });

        circuit.Succeed(successes).Fail(failures - 1).Is(Closed).Fail().Is(Open);
    }

    [Fact]
    public void With_FailureRatio_1_a_single_success_keeps_the_circuit_closed()
    {
        var circuit = new CircuitHarness(s => s with { FailureRatio = 1 });

        circuit.Succeed().Fail(100).Is(Closed).Wait(10).Fail(4).Is(Open);
    }

    [Fact]
    public void Failures_seconds_apart_are_added_up_within_the_window() =>
        _circuit.Fail(3).Wait(6).Fail().Is(Open);

    [Fact]
    public void Failures_older_than_the_window_are_not_counted() => _circuit.Run("SSF").Wait(20).Fail().Is(Closed);

    [Fact]
    public void Call_leaves_the_window_after_90_to_100_percent_of_the_window_length()
    {
        _circuit.Wait(0.999).Fail(3).Wait(9);
        Assert.Equal(3, _circuit.Snapshot.Total);

        _circuit.Wait(0.001);
        Assert.Equal(0, _circuit.Snapshot.Total);
    }

    [Fact]
    public void After_ten_idle_windows_only_the_new_call_is_counted()
    {
        _circuit.Fail(3).Wait(100).Fail().Is(Closed);

        Assert.Equal((1, 1), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void Snapshot_omits_expired_calls_even_if_no_new_call_arrives()
    {
        _circuit.Run("SFF").Wait(5);
        Assert.Equal((3, 2), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));

        _circuit.Wait(6);
        Assert.Equal((0, 0), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void Failure_ratio_is_zero_if_there_are_no_calls() => Assert.Equal(0.0, _circuit.Snapshot.FailureRatio);

    [Fact]
    public void Alternating_successes_and_failures_open_the_circuit_when_the_failure_ratio_is_reached()
    {
        var circuit = new CircuitHarness(s => s with { MinimumThroughput = 100, ConsecutiveFailures = 2 });

        circuit.Run(string.Concat(Enumerable.Repeat("SF", 49))).Is(Closed).Run("SF").Is(Open);

        Assert.Equal(CircuitTransitionReason.FailureRatio, circuit.LastChange.Reason);
    }

    [Fact]
    public void Few_failures_among_many_calls_do_not_open_the_circuit()
    {
        var circuit = new CircuitHarness(s => s with { MinimumThroughput = 10, ConsecutiveFailures = 10 });
        for (var second = 0; second < 60; second++)
        {
            circuit.Succeed(420).Fail().Succeed(419).Is(Closed).Wait(1);
        }

        Assert.InRange(circuit.Snapshot.FailureRatio, 0.001, 0.0014);
    }

    [Fact]
    public void Ignored_calls_are_in_the_totals_but_not_in_the_window()
    {
        _circuit.Ignore(1_000).Is(Closed);

        Assert.Equal((0, 1_000), (_circuit.Snapshot.Total, _circuit.Snapshot.TotalIgnored));
    }
}
