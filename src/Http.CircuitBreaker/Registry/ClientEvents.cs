using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>Receives the events of a registry.</summary>
internal interface IRegistryEvents
{
    void OnStateChange(CircuitStateChange change, CircuitSettings settings);

    /// <summary>User code threw. <paramref name="what"/> names the callback, <paramref name="subject"/> the circuit or client.</summary>
    void OnUserCodeFailed(string what, string subject, Exception exception);

    /// <summary>The clients keep their last valid settings, all because of the same error.</summary>
    void OnReloadFailed(IReadOnlyCollection<string> clients, string error);

    void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured);
}

/// <summary>Notifies telemetry, the observers and the callback of the client. Exceptions in user code are only logged.</summary>
internal sealed class ClientEvents(
    IRegistryEvents events, Func<IReadOnlyList<ICircuitObserver>> observers, Func<Action<CircuitStateChange>?> callback) : ICircuitEvents
{
    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        events.OnStateChange(change, circuit.Settings);

        // Resolving the observers runs their constructors, which are user code.
        IReadOnlyList<ICircuitObserver> resolved = [];
        Run(circuit, UserCallback.Observer, () => resolved = observers());
        foreach (var observer in resolved)
        {
            Run(circuit, UserCallback.Observer, () => observer.OnStateChange(change));
        }

        if (callback() is { } onStateChange)
        {
            Run(circuit, UserCallback.OnStateChange, () => onStateChange(change));
        }
    }

    private void Run(Circuit circuit, UserCallback what, Action callUserCode)
    {
        try
        {
            callUserCode();
        }
        catch (Exception exception)
        {
            if (circuit.IsFirst(what))
            {
                events.OnUserCodeFailed(what.ToString(), circuit.Key.ToString(), exception);
            }
        }
    }
}
