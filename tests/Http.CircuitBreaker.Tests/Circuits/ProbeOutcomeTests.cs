using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class ProbeOutcomeTests
{
    private readonly CircuitHarness _circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3 }).OpenUntilProbe();

    [Theory]
    [InlineData("S", HalfOpen)]
    [InlineData("F", HalfOpen)]
    [InlineData("SS", Closed)]
    [InlineData("FF", Open)]
    [InlineData("FSF", Open)]
    [InlineData("FSS", Closed)]
    [InlineData("SXFXS", Closed)]
    [InlineData("XXXXSXXF", HalfOpen)]
    public void With_three_probes_the_circuit_changes_state_as_soon_as_the_outcome_is_certain(string calls, CircuitState expected) =>
        _circuit.Run(calls).Is(expected);

    [Theory]
    [InlineData(CircuitOutcome.Success, Closed)]
    [InlineData(CircuitOutcome.Failure, Open)]
    public void Two_of_three_probes_can_decide_the_outcome_before_the_third_returns(CircuitOutcome outcome, CircuitState expected)
    {
        var probes = _circuit.Start(3);

        probes[0].End(outcome);
        _circuit.Is(HalfOpen);
        probes[1].End(outcome);
        _circuit.Is(expected);
    }

    [Fact]
    public void Slot_used_by_a_finished_probe_is_not_reused()
    {
        var probes = _circuit.Start(2);
        probes[0].Succeed();
        probes[1].Fail();

        _circuit.Start();

        _circuit.Reject().Is(HalfOpen);
    }

    [Fact]
    public void Slot_released_by_an_ignored_probe_is_reused()
    {
        var probes = _circuit.Start(3);
        _circuit.Reject();

        probes[1].Ignore();

        _circuit.Start();
        _circuit.Reject();
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(5, 0.2)]
    [InlineData(25, 0.28)]
    [InlineData(100, 0.01)]
    [InlineData(100, 1.0)]
    public void Half_open_circuit_changes_state_when_the_remaining_probes_cannot_change_the_outcome(int probes, double ratio)
    {
        var k = Enumerable.Range(1, probes).First(failures => (double)failures / probes >= ratio);

        HalfOpenCircuit().Fail(k - 1).Is(HalfOpen).Fail().Is(Open);
        HalfOpenCircuit().Fail(k - 1).Succeed(probes - k).Is(HalfOpen).Succeed().Is(Closed);
        HalfOpenCircuit().Succeed(probes - k).Is(HalfOpen).Succeed().Is(Closed);

        CircuitHarness HalfOpenCircuit() =>
            new CircuitHarness(s => s with { HalfOpenProbes = probes, FailureRatio = ratio }).OpenUntilProbe().Ignore();
    }

    [Fact]
    public void Retry_After_in_a_probe_response_reopens_the_circuit_if_RetryAfterHandling_is_Open()
    {
        var circuit = new CircuitHarness(s => s with { HalfOpenProbes = 3, RetryAfterHandling = RetryAfterHandling.Open }).OpenUntilProbe();

        circuit.Fail(retryAfter: 45_000).Is(Open);

        Assert.Equal(CircuitTransitionReason.RetryAfter, circuit.LastChange.Reason);
    }
}
