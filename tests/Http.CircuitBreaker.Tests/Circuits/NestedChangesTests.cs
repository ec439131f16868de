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
}
