using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>Tells everybody of a change: telemetry, the observers, and the client's own callback; no fault of one reaches the others or the call.</summary>
internal sealed class ClientEvents(IRegistryEvents events, IReadOnlyList<ICircuitObserver> observers, Func<Action<CircuitStateChange>?> callback, BoundedCircuits circuits)
    : ICircuitEvents
{
    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        Report(() => events.OnStateChange(change));
        foreach (var observer in observers)
        {
            Tell(circuit, change, observer.OnStateChange, CircuitFault.Observer);
        }

        if (callback() is { } onStateChange)
        {
            Tell(circuit, change, onStateChange, CircuitFault.OnStateChange);
        }
    }

    public void OnAccountLate(Circuit retired) => circuits.Remove(retired);

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
                Report(() => events.OnUserFault(fault.ToString(), circuit.Key.ToString(), exception));
            }
        }
    }

    // Behind logs and metrics there is code of the user's too. If that is broken nobody is left to be told, and the circuit goes on.
    private static void Report(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
        }
    }
}
