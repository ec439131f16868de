using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitOutcome;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

/// <summary>Every state with every outcome. Half-open circuits have three probe slots and need two equal outcomes.</summary>
public sealed class StateByOutcomeTests
{
    [Theory]
    [InlineData(Closed, true)]
    [InlineData(Open, false)]
    [InlineData(HalfOpen, true)]
    [InlineData(Isolated, false)]
    public void State_determines_whether_a_call_is_admitted(CircuitState state, bool isAdmitted)
    {
        var circuit = CircuitScenario.In(state);

        Assert.Equal(isAdmitted ? Admission.Admitted : Admission.Rejected, circuit.TryStart(out _));

        circuit.Is(state);
        Assert.Equal((isAdmitted ? 1 : 0, isAdmitted ? 0 : 1), (circuit.Snapshot.InFlight, circuit.Snapshot.Rejected));
    }

    [Theory]
    [InlineData(Closed, Success, Closed)]
    [InlineData(Closed, Failure, Open)]
    [InlineData(Closed, Ignored, Closed)]
    [InlineData(HalfOpen, Success, Closed)]
    [InlineData(HalfOpen, Failure, Open)]
    [InlineData(HalfOpen, Ignored, HalfOpen)]
    public void Results_of_calls_admitted_in_the_current_phase_determine_the_next_state(
        CircuitState state, CircuitOutcome outcome, CircuitState expected)
    {
        var circuit = CircuitScenario.In(state);
        var calls = circuit.Start(state == HalfOpen ? 2 : 4);

        Array.ForEach(calls, call => call.End(outcome));

        circuit.Is(expected);
    }

    [Theory]
    [InlineData(Open, Success)]
    [InlineData(Open, Failure)]
    [InlineData(Open, Ignored)]
    [InlineData(HalfOpen, Success)]
    [InlineData(HalfOpen, Failure)]
    [InlineData(HalfOpen, Ignored)]
    [InlineData(Isolated, Success)]
    [InlineData(Isolated, Failure)]
    [InlineData(Isolated, Ignored)]
    [InlineData(Closed, Success)]
    [InlineData(Closed, Failure)]
    [InlineData(Closed, Ignored)]
    public void Results_of_calls_admitted_in_an_earlier_phase_do_not_change_the_state(CircuitState state, CircuitOutcome outcome)
    {
        var circuit = new CircuitHarness();
        var late = circuit.Start(10);
        _ = state switch
        {
            Open => circuit.Fail(4),
            HalfOpen => circuit.OpenUntilProbe().Ignore(),
            Isolated => circuit.Isolate(),
            _ => circuit.Reset(),
        };

        Array.ForEach(late, call => call.End(outcome));

        Assert.Equal((state, state == Open ? 4 : 0), (circuit.Is(state).State, circuit.Snapshot.Total));
    }
}
