using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class CircuitReportsTests
{
    private static readonly DateTimeOffset _utcNow = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Snapshot_dates_are_computed_from_the_monotonic_clock()
    {
        _circuit.Wait(7).Fail(4).Wait(12);

        var snapshot = CircuitReports.Snapshot(_circuit.Circuit, _circuit.Now, _utcNow, null);

        Assert.Equal((_utcNow.AddSeconds(-12), _utcNow.AddSeconds(18)), (snapshot.Since, snapshot.Until));
    }

    [Fact]
    public void Snapshot_dates_outside_the_supported_range_are_clamped_to_its_limits()
    {
        _circuit.Fail(4).Wait(12);

        var last = CircuitReports.Snapshot(_circuit.Circuit, _circuit.Now, DateTimeOffset.MaxValue.AddSeconds(-1), null);
        var first = CircuitReports.Snapshot(_circuit.Circuit, _circuit.Now, DateTimeOffset.MinValue.AddSeconds(1), null);

        Assert.Equal((DateTimeOffset.MaxValue.AddSeconds(-13), DateTimeOffset.MaxValue), (last.Since, last.Until));
        Assert.Equal((DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddSeconds(19)), (first.Since, first.Until));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(29.999, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public void Snapshot_shows_that_a_probe_is_due_after_the_break(double seconds, bool isDue)
    {
        _circuit.Wait(100).Fail(4).Wait(seconds);

        Assert.Equal(isDue, _circuit.Snapshot.ProbeDue);
    }

    [Theory]
    [InlineData(CircuitState.Closed, 1)]
    [InlineData(CircuitState.Open, 0)]
    [InlineData(CircuitState.HalfOpen, 0)]
    [InlineData(CircuitState.Isolated, 0)]
    public void AdmittedShare_is_1_while_the_circuit_is_closed_and_0_in_other_states(CircuitState state, double share) =>
        Assert.Equal(share, CircuitScenario.In(state).Snapshot.AdmittedShare);

    [Fact]
    public void Snapshot_shows_no_due_probe_during_an_indefinite_isolation()
    {
        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));

        _circuit.Isolate().Wait(1_000);

        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));
    }

    [Fact]
    public void Open_circuit_snapshot_contains_the_call_counts_that_opened_it()
    {
        _circuit.Run("SFFF");

        Assert.Equal((4, 3, 0.75), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed, _circuit.Snapshot.FailureRatio));
    }

    [Fact]
    public void Closing_event_contains_the_outage_duration_and_rejected_calls()
    {
        _circuit.Fail(4).Reject(3).WaitForBreakEnd().Fail().Reject(2).WaitForBreakEnd();
        var opened = _circuit.Changes[0];
        _circuit.Succeed().Is(CircuitState.Closed);

        Assert.Equal((null, 0), (opened.OutageDuration, opened.Rejected));
        Assert.Equal((TimeSpan.FromSeconds(90), 5), (_circuit.LastChange.OutageDuration, _circuit.LastChange.Rejected));
    }
}
