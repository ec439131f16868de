using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class CircuitReportsTests
{
    private static readonly DateTimeOffset _utcNow = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Dates_are_computed_from_the_monotonic_clock()
    {
        _circuit.Wait(7).Fail(4).Wait(12);

        var snapshot = CircuitReports.Snapshot(_circuit.Circuit, _circuit.Now, _utcNow, null);

        Assert.Equal((_utcNow.AddSeconds(-12), _utcNow.AddSeconds(18)), (snapshot.Since, snapshot.Until));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(29.999, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public void A_probe_is_due_when_the_break_is_over(double seconds, bool isDue)
    {
        _circuit.Wait(100).Fail(4).Wait(seconds);

        Assert.Equal(isDue, _circuit.Snapshot.ProbeDue);
    }

    [Theory]
    [InlineData(CircuitState.Closed, 1)]
    [InlineData(CircuitState.Open, 0)]
    [InlineData(CircuitState.HalfOpen, 0)]
    [InlineData(CircuitState.Isolated, 0)]
    public void Only_a_closed_circuit_admits_all_calls(CircuitState state, double share) =>
        Assert.Equal(share, CircuitScenario.In(state).Snapshot.AdmittedShare);

    [Fact]
    public void Without_an_end_no_probe_is_due()
    {
        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));

        _circuit.Isolate().Wait(1_000);

        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));
    }

    [Fact]
    public void An_open_circuit_shows_the_evidence_that_opened_it()
    {
        _circuit.Run("SFFF");

        Assert.Equal((4, 3, 0.75), (_circuit.Snapshot.Total, _circuit.Snapshot.Failed, _circuit.Snapshot.FailureRatio));
    }

    [Fact]
    public void A_closing_reports_how_long_the_circuit_was_not_closed_and_what_it_rejected()
    {
        _circuit.Fail(4).Reject(3).WaitForBreakEnd().Fail().Reject(2).WaitForBreakEnd();
        var opened = _circuit.Changes[0];
        _circuit.Succeed().Is(CircuitState.Closed);

        Assert.Equal((null, 0), (opened.OutageDuration, opened.Rejected));
        Assert.Equal((TimeSpan.FromSeconds(90), 5), (_circuit.LastChange.OutageDuration, _circuit.LastChange.Rejected));
    }
}
