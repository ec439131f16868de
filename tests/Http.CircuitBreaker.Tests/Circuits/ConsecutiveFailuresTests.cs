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
    public void Consecutive_failures_open_the_circuit_at_any_failure_ratio(string calls, CircuitState expected) => _circuit.Run(calls).Is(expected);

    [Fact]
    public void Consecutive_failures_open_the_circuit_however_far_apart_they_are()
    {
        _circuit.Fail().Wait(60).Fail().Wait(3_600).Fail().Is(Open);

        Assert.Equal(CircuitTransitionReason.ConsecutiveFailures, _circuit.LastChange.Reason);
    }

    [Fact]
    public void Consecutive_failures_within_less_than_ConsecutiveFailuresDuration_do_not_open_the_circuit()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, ConsecutiveFailuresDuration = 3_000, MinimumThroughput = 1_000 });

        circuit.Succeed(10).Fail(200).Wait(2.9).Fail(200).Is(Closed);
        circuit.Succeed().Wait(1).Fail(200).Is(Closed).Wait(3).Fail().Is(Open);
    }

    [Fact]
    public void Consecutive_failures_do_not_open_the_circuit_if_ConsecutiveFailures_is_zero() =>
        new CircuitHarness(s => s with { MinimumThroughput = 1_000 }).Fail(999).Is(Closed);

    [Fact]
    public void Reset_clears_the_count_of_consecutive_failures() => _circuit.Fail(2).Reset().Fail(2).Is(Closed).Fail().Is(Open);

    [Fact]
    public void Failure_of_a_call_from_an_earlier_phase_is_not_counted_as_a_consecutive_failure()
    {
        var late = _circuit.Start(3);
        _circuit.Reset().Fail(2);

        Array.ForEach(late, call => call.Fail());

        _circuit.Is(Closed);
    }

    [Fact]
    public void Overdue_calls_do_not_count_as_consecutive_failures()
    {
        var circuit = new CircuitHarness(s => s with { ConsecutiveFailures = 3, MinimumThroughput = 100, SlowCallDuration = 1_000 });
        circuit.Start(10);

        circuit.Wait(2).Fail(2).Is(Closed).Fail().Is(Open);
    }
}
