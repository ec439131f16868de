using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class SnapshotOfTests
{
    private static readonly DateTimeOffset _utcNow = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void A_date_is_as_far_from_now_as_the_moment_that_it_stands_for()
    {
        _circuit.Wait(7).Fail(4).Wait(12);

        var snapshot = _circuit.Circuit.Snapshot(_circuit.Now, _utcNow, null);

        Assert.Equal((_utcNow.AddSeconds(-12), _utcNow.AddSeconds(18)), (snapshot.Since, snapshot.Until));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(29.999, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public void A_probe_is_due_from_the_end_of_the_break_on(double seconds, bool isDue)
    {
        _circuit.Wait(100).Fail(4).Wait(seconds);

        Assert.Equal(isDue, _circuit.Snapshot.ProbeDue);
    }

    [Theory]
    [InlineData(CircuitState.Closed, 1)]
    [InlineData(CircuitState.Open, 0)]
    [InlineData(CircuitState.HalfOpen, 0)]
    [InlineData(CircuitState.Isolated, 0)]
    public void A_closed_circuit_admits_all_and_another_no_share(CircuitState state, double share) =>
        Assert.Equal(share, CircuitScenario.In(state).Snapshot.AdmittedShare);

    [Fact]
    public void Where_no_end_is_set_there_is_none_and_no_probe_is_due()
    {
        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));

        _circuit.Isolate().Wait(1_000);

        Assert.Equal((null, false), (_circuit.Snapshot.Until, _circuit.Snapshot.ProbeDue));
    }
}
