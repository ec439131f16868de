using Http.CircuitBreaker.Tests.Support;
using static Http.CircuitBreaker.CircuitState;

namespace Http.CircuitBreaker.Tests.Scenarios;

/// <summary>Scenario 25, the circuit's share: order, number, and listeners that act.</summary>
public sealed class EventsTests
{
    [Fact]
    public void Rejections_raise_no_event()
    {
        var circuit = new Scenario().Calls("F F F F").Calls(100, 'R');

        Assert.Single(circuit.Changes);
        Assert.Equal(100, circuit.Snapshot.Rejected);
    }

    [Fact]
    public void A_listener_that_resets_the_circuit_is_told_of_that_next()
    {
        var circuit = new Scenario();
        circuit.OnChange = change =>
        {
            if (change.State == Open)
            {
                circuit.Circuit.TryReset(circuit.Now);
                Assert.Single(circuit.Changes);
            }
        };

        circuit.Calls("F F F F").Is(Closed);

        Assert.Equal(["Closed -> Open", "Open -> Closed"], circuit.Path);
    }

    [Fact]
    public void Events_arrive_in_order_under_any_interleaving()
    {
        var circuit = new Scenario(s => s with { ConsecutiveFailures = 2 });

        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                switch ((i + thread) % 4)
                {
                    case 0: circuit.Circuit.TryIsolate(circuit.Now, null, null); break;
                    case 1: circuit.Circuit.TryReset(circuit.Now); break;
                    default: FailIfAdmitted(circuit); break;
                }
            }
        });

        var changes = circuit.Changes;
        Assert.True(changes.Count > 1_000, "Too few changes to prove anything.");
        Assert.Equal(Closed, changes[0].PreviousState);
        Assert.All(changes.Zip(changes.Skip(1)), pair =>
        {
            Assert.Equal(pair.First.State, pair.Second.PreviousState);
            Assert.True(pair.First.Epoch < pair.Second.Epoch, "An event overtook another.");
        });
        Assert.Equal(circuit.State, changes[^1].State);
    }

    private static void FailIfAdmitted(Scenario circuit)
    {
        if (circuit.Circuit.TryAdmit(circuit.Now, out var permit) == Circuits.Admission.Admitted)
        {
            circuit.End(permit, 'F');
        }
    }
}
