using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>Tells everybody of a change: telemetry, the observers, and the client's own callback; no fault of one reaches the others or the call.</summary>
internal sealed class ClientEvents(IRegistryEvents events, Func<IReadOnlyList<ICircuitObserver>> observers, Func<Action<CircuitStateChange>?> callback, BoundedCircuits circuits)
    : ICircuitEvents
{
    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        events.OnStateChange(change);
        foreach (var observer in Observers(circuit))
        {
            Tell(circuit, change, observer.OnStateChange, CircuitFault.Observer);
        }

        if (callback() is { } onStateChange)
        {
            Tell(circuit, change, onStateChange, CircuitFault.OnStateChange);
        }
    }

    public void OnAccountLate(Circuit retired) => circuits.Remove(retired);

    // Constructing an observer runs user code.
    private IReadOnlyList<ICircuitObserver> Observers(Circuit circuit)
    {
        try
        {
            return observers();
        }
        catch (Exception exception)
        {
            if (circuit.IsFirst(CircuitFault.Observer))
            {
                events.OnUserFault(nameof(ICircuitObserver), circuit.Key.ToString(), exception);
            }

            return [];
        }
    }

    private void Tell(Circuit circuit, CircuitStateChange change, Action<CircuitStateChange> listener, CircuitFault fault)
    {
        try
        {
            listener(change);
        }
        catch (Exception exception)
        {
            if (circuit.IsFirst(fault))
            {
                events.OnUserFault(fault.ToString(), circuit.Key.ToString(), exception);
            }
        }
    }
}
