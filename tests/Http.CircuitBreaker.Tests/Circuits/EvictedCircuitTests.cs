using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class EvictedCircuitTests
{
    private readonly CircuitHarness _circuit = new();

    private bool IsRetired => _circuit.Circuit.TryRetire(_circuit.Now);

    [Fact]
    public void A_closed_circuit_without_failures_can_go() => Assert.True(_circuit.Succeed(10).Ignore().Is(Closed) is not null && IsRetired);

    [Fact]
    public void A_failure_in_the_window_keeps_it()
    {
        _circuit.Fail();
        Assert.False(IsRetired);

        _circuit.Wait(10);
        Assert.True(IsRetired);
    }

    [Fact]
    public void A_call_in_flight_keeps_it()
    {
        var call = _circuit.Start();
        Assert.False(IsRetired);

        _circuit.Isolate().Reset();
        Assert.False(IsRetired);

        call.Succeed();
        Assert.True(IsRetired);
    }

    [Fact]
    public void An_open_circuit_stays_until_its_break_is_over_for_longer_than_the_longest_break()
    {
        _circuit.OpenUntilProbe().Wait(600);
        Assert.False(IsRetired);

        _circuit.Wait(0.001);
        Assert.True(IsRetired);
    }

    [Fact]
    public void An_isolated_circuit_stays()
    {
        _circuit.Isolate(1).Wait(100_000);

        Assert.False(IsRetired);
    }

    [Fact]
    public void Whoever_meets_a_retired_circuit_is_told_so()
    {
        Assert.True(IsRetired);

        Assert.Equal(Admission.Retired, _circuit.TryStart(out _));
        Assert.False(_circuit.Circuit.TryIsolate(_circuit.Now, null, null));
        Assert.False(_circuit.Circuit.TryReset(_circuit.Now));
        Assert.False(IsRetired);
        Assert.Empty(_circuit.Changes);
    }

    [Fact]
    public void The_accounts_of_a_retired_circuit_stay()
    {
        _circuit.Succeed(3).Isolate().Reject(2).Reset();

        Assert.True(IsRetired);

        var (ended, inFlight, rejected) = _circuit.Circuit.Accounts();
        Assert.Equal((3, 0, 2), (ended.Succeeded, inFlight, rejected));
    }
}
