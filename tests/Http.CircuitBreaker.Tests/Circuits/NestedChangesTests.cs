using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Circuits;

public sealed class NestedChangesTests
{
    [Fact]
    public void A_change_that_a_listener_makes_is_told_when_the_listener_has_returned()
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
    public void Changes_that_wait_are_told_before_those_that_come_to_them()
    {
        var circuit = new CircuitHarness();
        circuit.Observer = change =>
        {
            // Two more wait when the third and the fourth are made.
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
