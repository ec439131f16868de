using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ConsecutiveFailuresTests
{
    private readonly CircuitHarness _circuit = new(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100 });

    [Theory]
    [InlineData("FF", Closed)]
    [InlineData("FFSFF", Closed)]
    [InlineData("FFSFFF", Open)]
    [InlineData("FFXF", Open)]
    [InlineData("SSSSSSSSSSFFF", Open)]
    public void So_many_failures_in_a_row_open_whatever_the_ratio(string calls, CircuitState expected) => _circuit.Run(calls).Is(expected);

    [Fact]
    public void They_count_however_far_apart_they_are()
    {
        _circuit.Fail().Wait(60).Fail().Wait(3_600).Fail().Is(Open);

        Assert.Equal(CircuitTransitionReason.ConsecutiveFailures, _circuit.LastChange.Reason);
    }

    [Fact]
    public void A_row_that_is_over_soon_is_no_outage()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, ConsecutiveFailuresDuration = 3_000, MinimumThroughput = 1_000 });

        circuit.Succeed(10).Fail(200).Wait(2.9).Fail(200).Is(Closed);
        circuit.Succeed().Wait(1).Fail(200).Is(Closed).Wait(3).Fail().Is(Open);
    }

    [Fact]
    public void Off_means_off() => new CircuitHarness(s => s with { MinimumThroughput = 1_000 }).Fail(999).Is(Closed);

    [Fact]
    public void A_new_closed_phase_starts_a_new_row() => _circuit.Fail(2).Reset().Fail(2).Is(Closed).Fail().Is(Open);

    [Fact]
    public void A_late_failure_does_not_lengthen_the_row_of_a_later_phase()
    {
        var late = _circuit.Start(3);
        _circuit.Reset().Fail(2);

        Array.ForEach(late, call => call.Fail());

        _circuit.Is(Closed);
    }

    [Fact]
    public void Overdue_calls_do_not_feed_the_row()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100, SlowCallDuration = 1_000 });
        circuit.Start(10);

        circuit.Wait(2).Fail(2).Is(Closed).Fail().Is(Open);
    }
}
