using System.Diagnostics;
using System.Runtime.CompilerServices;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>A thread may hold a phase and come to it when the circuit has moved on.</summary>
public sealed class FormerPhaseTests
{
    private readonly CircuitHarness _circuit = new(s => s with { HalfOpenProbes = 2 });

    [Theory]
    [InlineData(Open)]
    [InlineData(HalfOpen)]
    public void A_former_phase_lets_nobody_in_and_sends_the_call_to_the_present_one(CircuitState state)
    {
        var circuit = CircuitScenario.In(state);
        var former = circuit.Circuit.Phase;
        circuit.Reset();

        Assert.Equal(Admission.Superseded, former.TryAdmit(circuit.Now + 1_000_000, out var permit));

        Assert.Null(permit.Phase);
        Assert.Equal((Closed, 0L), (circuit.State, circuit.Snapshot.InFlight));
    }

    [Theory]
    [InlineData(Open)]
    [InlineData(Isolated)]
    public void A_phase_that_admits_no_call_cannot_be_told_of_an_end(CircuitState state)
    {
        var phase = CircuitScenario.In(state).Circuit.Phase;

        var fault = Assert.Throws<UnreachableException>(() => phase.Settle(default, CallResult.Success, 0));

        Assert.StartsWith($"{state}Phase ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Open)]
    [InlineData(HalfOpen)]
    [InlineData(Isolated)]
    public void Only_the_closed_phase_puts_off_counting_a_call(CircuitState state)
    {
        var phase = CircuitScenario.In(state).Circuit.Phase;

        var fault = Assert.Throws<UnreachableException>(() => phase.SucceedAtOnce(0));

        Assert.StartsWith($"{state}Phase ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_phase_has_the_next_epoch_that_of_a_retired_circuit_too()
    {
        _circuit.OpenUntilProbe().Start().Ignore();
        _circuit.Isolate().Reset();
        Assert.Equal(5, _circuit.Circuit.Phase.Epoch);

        Assert.True(_circuit.Circuit.TryRetire(_circuit.Now));

        Assert.Equal(6, _circuit.Circuit.Phase.Epoch);
    }

    [Fact]
    public void Nothing_is_kept_of_a_phase_whose_calls_have_ended()
    {
        var former = CountersOf(() => _circuit.Succeed(3));
        _circuit.Reset();

        Assert.False(IsKept(former));
        Assert.Equal(3, _circuit.Snapshot.TotalSucceeded);
    }

    [Fact]
    public void Nothing_is_kept_of_phases_whose_last_calls_have_ended_late_once_somebody_has_looked()
    {
        var formers = Enumerable.Range(0, 3).Select(_ => LeaveBehindACallThatEndsLate()).ToList();

        Assert.Equal((3, 0), (_circuit.Snapshot.TotalSucceeded, _circuit.Snapshot.InFlight));

        Assert.All(formers, former => Assert.False(IsKept(former)));
    }

    [Fact]
    public void A_fault_is_the_first_of_its_kind_once()
    {
        Assert.True(_circuit.Circuit.IsFirst(CircuitFault.Classify));
        Assert.True(_circuit.Circuit.IsFirst(CircuitFault.OnStateChange));
        Assert.False(_circuit.Circuit.IsFirst(CircuitFault.Classify));
        Assert.False(_circuit.Circuit.IsFirst(CircuitFault.OnStateChange));
        Assert.True(_circuit.Circuit.IsFirst(CircuitFault.Observer));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference LeaveBehindACallThatEndsLate()
    {
        var call = _circuit.Start();
        var counters = CountersOf(() => _circuit.Reset());
        call.Succeed();
        return counters;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference CountersOf(Action then)
    {
        var counters = new WeakReference(_circuit.Circuit.Phase.Calls);
        then();
        return counters;
    }

    private static bool IsKept(WeakReference reference)
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return reference.IsAlive;
    }
}
