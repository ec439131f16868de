using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class WindowAndThresholdTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void The_failure_that_reaches_the_minimum_throughput_opens()
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
    public void A_circuit_opens_where_ratio_and_throughput_are_both_reached_by_a_failure(string calls, CircuitState expected) =>
        _circuit.Run(calls).Is(expected);

    [Theory]
    [InlineData(0.01, 99, 1)]
    [InlineData(0.28, 18, 7)]
    [InlineData(1.0, 0, 4)]
    public void The_ratio_is_reached_at_exactly_its_value(double ratio, int successes, int failures)
    {
        var circuit = new CircuitHarness(s => s with { FailureRatio = ratio });

        circuit.Succeed(successes).Fail(failures - 1).Is(Closed).Fail().Is(Open);
    }

    [Fact]
    public void A_ratio_of_one_does_not_open_while_one_call_in_the_window_succeeded()
    {
        var circuit = new CircuitHarness(s => s with { FailureRatio = 1 });

        circuit.Succeed().Fail(100).Is(Closed).Wait(10).Fail(4).Is(Open);
    }

    [Fact]
    public void Failures_of_the_same_window_add_up_though_seconds_lie_between_them() =>
        _circuit.Fail(3).Wait(6).Fail().Is(Open);

    [Fact]
    public void Failures_of_an_earlier_window_are_forgotten() => _circuit.Run("SSF").Wait(20).Fail().Is(Closed);

    [Fact]
    public void A_call_counts_until_nine_tenths_of_the_window_and_not_after_the_whole()
    {
        _circuit.Wait(0.999).Fail(3).Wait(9);
        Assert.Equal(3, _circuit.Snapshot.Total);

        _circuit.Wait(0.001);
        Assert.Equal(0, _circuit.Snapshot.Total);
    }

    [Fact]
    public void After_ten_idle_windows_only_the_new_call_counts()
    {
        _circuit.Fail(3).Wait(100).Fail().Is(Closed);

        Assert.Equal((1, 1), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void A_snapshot_forgets_old_calls_without_a_call_that_arrives()
    {
        _circuit.Run("SFF").Wait(5);
        Assert.Equal((3, 2), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));

        _circuit.Wait(6);
        Assert.Equal((0, 0), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed));
    }

    [Fact]
    public void Without_calls_the_ratio_is_zero() => Assert.Equal(0.0, _circuit.Snapshot.FailureRatio);

    [Fact]
    public void Strict_alternation_opens_though_no_two_failures_are_in_a_row()
    {
        var circuit = new CircuitHarness(s => s with { MinimumThroughput = 100, ConsecutiveFailures = 2 });

        circuit.Run(string.Concat(Enumerable.Repeat("SF", 49))).Is(Closed).Run("SF").Is(Open);

        Assert.Equal(CircuitTransitionReason.FailureRatio, circuit.LastChange.Reason);
    }

    [Fact]
    public void Few_failures_among_many_calls_never_open()
    {
        var circuit = new CircuitHarness(s => s with { MinimumThroughput = 10, ConsecutiveFailures = 10 });
        for (var second = 0; second < 60; second++)
        {
            circuit.Succeed(420).Fail().Succeed(419).Is(Closed).Wait(1);
        }

        Assert.InRange(circuit.Snapshot.FailureRatio, 0.001, 0.0014);
    }

    [Fact]
    public void Ignored_calls_are_accounted_and_are_no_evidence()
    {
        _circuit.Ignore(1_000).Is(Closed);

        Assert.Equal((0, 1_000), (_circuit.Snapshot.Total, _circuit.Snapshot.TotalIgnored));
    }
}
