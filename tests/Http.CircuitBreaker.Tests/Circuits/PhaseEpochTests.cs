using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class PhaseEpochTests
{
    private readonly CircuitHarness _circuit = new(s => s with { HalfOpenProbes = 2 });

    [Theory]
    [InlineData(Closed)]
    [InlineData(Open)]
    [InlineData(HalfOpen)]
    public void State_change_decided_in_a_phase_that_has_ended_is_ignored(CircuitState state)
    {
        var circuit = CircuitScenario.In(state);
        var former = circuit.Circuit.Phase;
        circuit.Isolate();

        var now = circuit.Now;
        Assert.False(circuit.Circuit.Apply(former, new Transition(Open, CircuitTransitionReason.FailureRatio, now), ref now));

        circuit.Is(Isolated);
    }

    [Fact]
    public void Epoch_increases_by_one_with_each_new_phase()
    {
        _circuit.OpenUntilProbe().Start().Ignore();
        _circuit.Isolate().Reset();

        Assert.Equal([2, 3, 4, 5], _circuit.Changes.Select(change => change.Epoch));
        Assert.Equal(5, _circuit.Circuit.Phase.Epoch);
    }

    [Fact]
    public void Exceptions_of_a_callback_are_reported_only_once()
    {
        Assert.True(_circuit.Circuit.IsFirst(UserCallback.Classify));
        Assert.True(_circuit.Circuit.IsFirst(UserCallback.CreateRejection));
        Assert.False(_circuit.Circuit.IsFirst(UserCallback.Classify));
        Assert.False(_circuit.Circuit.IsFirst(UserCallback.CreateRejection));
    }
}
