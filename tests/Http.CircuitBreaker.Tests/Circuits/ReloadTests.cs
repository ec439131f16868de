using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ReloadTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Reload_does_not_change_a_running_break()
    {
        _circuit.Fail(4).Apply(s => s with { BreakDuration = 1_000, MaxBreakDuration = 1_000 }).Is(Open);

        _circuit.Wait(29.999).Reject().Wait(0.001).Fail().Is(Open);

        Assert.Equal(1, _circuit.BreakSeconds);
    }

    [Fact]
    public void New_thresholds_apply_to_calls_that_are_already_counted()
    {
        _circuit.Fail(3).Apply(s => s with { MinimumThroughput = 100 }).Fail(10).Is(Closed);

        _circuit.Apply(s => s with { MinimumThroughput = 14 }).Is(Closed).Fail().Is(Open);
    }

    [Fact]
    public void Lowering_ConsecutiveFailures_applies_to_failures_that_are_already_counted() =>
        _circuit.Fail(3).Apply(s => s with { ConsecutiveFailures = 2, MinimumThroughput = 100 }).Fail().Is(Open);

    [Fact]
    public void Changing_SamplingDuration_starts_an_empty_window()
    {
        _circuit.Fail(3).Apply(s => s with { SamplingDuration = 20_000 });
        Assert.Equal(0, _circuit.Snapshot.Total);

        _circuit.Fail(3).Wait(15).Is(Closed).Fail().Is(Open);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    public void Changing_SamplingDuration_postpones_the_reset_of_the_break_length_until_another_success(int successes, int openings)
    {
        _circuit.OpenUntilProbe().Succeed().Succeed().Is(Closed).Apply(s => s with { SamplingDuration = 20_000 });

        _circuit.Succeed(successes).Wait(100).Fail(4).Is(Open);

        Assert.Equal(openings, _circuit.LastChange.ConsecutiveOpenings);
    }

    [Fact]
    public void Changing_other_settings_does_not_empty_the_window()
    {
        _circuit.Fail(3).Apply(s => s with { FailureRatio = 0.9 });

        Assert.Equal(3, _circuit.Snapshot.Total);
    }

    [Fact]
    public void New_SlowCallDuration_applies_only_to_calls_that_start_afterward()
    {
        var before = _circuit.Start(10);
        _circuit.Wait(100).Apply(s => s with { SlowCallDuration = 2_000 });
        Array.ForEach(before, call => call.Succeed());
        _circuit.Wait(60).Start(10);
        _circuit.Wait(1.9).Ignore().Is(Closed);

        _circuit.Wait(0.3).Reject().Is(Open);
    }

    [Fact]
    public void Disabling_SlowCallDuration_clears_overdue_calls()
    {
        var circuit = new CircuitHarness(s => s with { SlowCallDuration = 2_000 });
        circuit.Start(10);

        circuit.Wait(10).Apply(s => s with { SlowCallDuration = 0 }).Succeed().Is(Closed);

        Assert.Equal((0, 10), (circuit.Snapshot.Overdue, circuit.Snapshot.InFlight));
    }

    [Fact]
    public void Settings_changed_during_a_half_open_phase_do_not_apply_to_it()
    {
        _circuit.Apply(s => s with { HalfOpenProbes = 3, ProbeTimeout = 20_000 }).OpenUntilProbe().Ignore();

        _circuit.Apply(s => s with { HalfOpenProbes = 1, ProbeTimeout = 1_000, FailureRatio = 0.01 }).Start(3);

        _circuit.Reject().Wait(19.999).Reject().Is(HalfOpen);
    }

    [Theory]
    [InlineData(RetryAfterHandling.Open, RetryAfterHandling.Extend, CircuitTransitionReason.RetryAfter)]
    [InlineData(RetryAfterHandling.Extend, RetryAfterHandling.Open, CircuitTransitionReason.ProbesFailed)]
    public void RetryAfterHandling_changed_during_a_half_open_phase_does_not_apply_to_it(
        RetryAfterHandling initial, RetryAfterHandling reloaded, CircuitTransitionReason expected)
    {
        _circuit.Apply(s => s with { RetryAfterHandling = initial }).OpenUntilProbe().Ignore();

        _circuit.Apply(s => s with { RetryAfterHandling = reloaded }).Fail(retryAfter: 1_000).Is(Open);

        Assert.Equal(expected, _circuit.LastChange.Reason);
    }

    [Fact]
    public void Settings_changed_during_a_half_open_phase_apply_to_the_next_one()
    {
        _circuit.OpenUntilProbe().Ignore().Apply(s => s with { HalfOpenProbes = 3 }).Fail().WaitForBreakEnd();

        _circuit.Start(3);

        _circuit.Reject();
    }

    [Fact]
    public void Changing_settings_does_not_raise_an_event()
    {
        _circuit.Fail(3).Apply(s => s with { MinimumThroughput = 1, ConsecutiveFailures = 1, FailureRatio = 0.01 });

        Assert.Empty(_circuit.Changes);
    }
}
