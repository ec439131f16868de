using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class EvictedCircuitTests
{
    private readonly CircuitHarness _circuit = new();

    [Fact]
    public void Circuit_called_only_once_can_be_evicted() => Assert.True(TryEvict(_circuit.Fail()));

    [Fact]
    public void Circuit_in_use_cannot_be_evicted_until_a_second_after_its_last_call()
    {
        _circuit.Succeed(2);
        Assert.False(TryEvict(_circuit));

        Assert.False(TryEvict(_circuit.Wait(0.999).Succeed()));
        Assert.False(TryEvict(_circuit.Wait(0.999)));
        Assert.True(TryEvict(_circuit.Wait(0.1)));
    }

    [Fact]
    public void Circuit_that_rejected_a_call_is_not_evicted()
    {
        TryEvict(_circuit.Fail(4).Is(Open).WaitForBreakEnd(less: 1).Reject());

        _circuit.Wait(1.1);

        Assert.True(TryEvict(_circuit));
        Assert.Equal(1, _circuit.Circuit.Rejected);
    }

    [Fact]
    public void Circuit_with_a_call_in_flight_is_not_evicted()
    {
        var call = _circuit.Start();
        Assert.False(TryEvict(_circuit));

        call.Succeed();
        Assert.True(TryEvict(_circuit));
    }

    [Fact]
    public void Open_circuit_is_not_evicted_until_its_break_ends()
    {
        TryEvict(_circuit.Fail(4).Is(Open));
        Assert.False(TryEvict(_circuit.WaitForBreakEnd(less: 1)));

        Assert.True(TryEvict(_circuit.Wait(0.1)));
    }

    [Fact]
    public void Isolated_circuit_is_not_evicted()
    {
        TryEvict(_circuit.Isolate(1).Wait(100_000));

        Assert.False(TryEvict(_circuit));
    }

    [Fact]
    public void Half_open_circuit_cannot_be_evicted_before_the_longest_possible_break_has_passed()
    {
        TryEvict(_circuit.OpenUntilProbe().Ignore().Is(HalfOpen).Wait(600));
        Assert.False(TryEvict(_circuit));

        Assert.True(TryEvict(_circuit.Wait(0.1)));
    }

    [Fact]
    public void Evicted_circuit_admits_no_calls_and_does_not_change()
    {
        Assert.True(TryEvict(_circuit.Succeed()));

        Assert.Equal(Admission.Evicted, _circuit.TryStart(out _));
        Assert.False(_circuit.Circuit.TryIsolate(_circuit.Now, null, null));
        Assert.False(_circuit.Circuit.TryReset(_circuit.Now));
        Assert.False(TryEvict(_circuit));
        Assert.Empty(_circuit.Changes);
    }

    private static bool TryEvict(CircuitHarness circuit) => circuit.Circuit.TryEvict(circuit.Now);
}
