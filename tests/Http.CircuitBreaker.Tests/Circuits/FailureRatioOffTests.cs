using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Without a failure ratio, consecutive failures alone open the circuit, as in many other circuit breakers.</summary>
public sealed class FailureRatioOffTests
{
    private readonly CircuitHarness _circuit = new(s => s with
    {
        FailureRatio = null,
        ConsecutiveFailures = 5,
        BreakDuration = 5_000,
        MaxBreakDuration = 60_000,
        RecoveryDuration = 20_000,
    });

    [Theory]
    [InlineData("FFFFSFFFFSFFFF", Closed)]
    [InlineData("FFFFSFFFFF", Open)]
    public void Without_a_failure_ratio_only_consecutive_failures_open_the_circuit(string calls, CircuitState expected) =>
        _circuit.Run(calls).Is(expected);

    [Theory]
    [InlineData(null, 4)]
    [InlineData(0.5, int.MaxValue)]
    public void Without_a_failure_ratio_the_break_length_is_reset_after_a_healthy_window(double? ratio, int minimumThroughput)
    {
        _circuit.Apply(s => s with { FailureRatio = ratio, MinimumThroughput = minimumThroughput });
        _circuit.Fail(5).WaitForBreakEnd().Fail().WaitForBreakEnd().Fail().Is(Open);
        Assert.Equal(20, _circuit.BreakSeconds);

        _circuit.WaitForBreakEnd().Succeed().Is(Closed).Succeed().Wait(10).Fail(5).Is(Open);

        Assert.Equal((5, 1), (_circuit.BreakSeconds, _circuit.LastChange.ConsecutiveOpenings));
    }

    [Fact]
    public void Without_a_failure_ratio_overdue_calls_do_not_open_the_circuit_before_they_end()
    {
        _circuit.Apply(s => s with { SlowCallDuration = 2_000 });
        var hanging = _circuit.Start(10);

        _circuit.Wait(3).Ignore().Is(Closed);
        Array.ForEach(hanging[..5], call => call.Fail("slow"));

        _circuit.Is(Open);
    }

    [Theory]
    [InlineData("SSS", Closed)]
    [InlineData("SSF", Open)]
    public void Without_a_failure_ratio_all_probes_must_succeed(string probes, CircuitState expected)
    {
        _circuit.Apply(s => s with { HalfOpenProbes = 3 });

        _circuit.Fail(5).WaitForBreakEnd().Run(probes).Is(expected);
    }

    [Theory]
    [InlineData("SF", HalfOpen)]
    [InlineData("F", Open)]
    public void Without_a_failure_ratio_slow_start_fails_only_if_all_its_recent_calls_fail(string calls, CircuitState expected)
    {
        _circuit.Fail(5).WaitForBreakEnd().Succeed().Run("SFFFFF").WaitForBreakEnd().Succeed().Is(HalfOpen).Wait(19);

        _circuit.Run(calls).Is(expected);
    }
}
