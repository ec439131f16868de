using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class NestedChangesTests
{
    [Fact]
    public void State_change_made_by_an_observer_is_delivered_after_the_observer_returns()
    {
        var circuit = new CircuitHarness();
        var (depth, deepest) = (0, 0);
        circuit.Observer = change =>
        {
            deepest = Math.Max(deepest, ++depth);
            if (change.State == Open)
            {
                circuit.Isolate().Reset();
            }

            depth--;
        };

        circuit.Fail(4);

        Assert.Equal([Open, Isolated, Closed], circuit.Changes.Select(change => change.State));
        Assert.Equal((1, 0), (deepest, depth));
    }

    [Fact]
    public void State_changes_made_by_observers_are_delivered_in_order()
    {
        var circuit = new CircuitHarness();
        circuit.Observer = change =>
        {
            // Two changes are still queued when the third and the fourth are made.
            _ = change.State switch
            {
                Open => circuit.Isolate().Reset().Isolate(),
                Isolated when circuit.Changes.Count == 2 => circuit.Reset(),
                _ => circuit,
            };
        };

        circuit.Fail(4);

        Assert.Equal([Open, Isolated, Closed, Isolated, Closed], circuit.Changes.Select(change => change.State));
    }
}
