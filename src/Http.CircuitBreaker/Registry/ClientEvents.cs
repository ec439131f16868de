using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>What a registry reports to telemetry.</summary>
internal interface IRegistryEvents
{
    void OnStateChange(CircuitStateChange change, CircuitSettings settings);

    /// <summary>User code threw. <paramref name="what"/> names the callback, <paramref name="subject"/> the circuit or client.</summary>
    void OnUserCodeFailed(string what, string subject, Exception exception);

    /// <summary>The last good settings of these clients stay in force, for the same reason.</summary>
    void OnReloadFailed(IReadOnlyCollection<string> clients, string error);

    void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured);
}

/// <summary>Notifies telemetry, the observers and the client's callback of a change. An exception of one reaches neither the others nor the call.</summary>
internal sealed class ClientEvents(
    IRegistryEvents events, Func<IReadOnlyList<ICircuitObserver>> observers, Func<Action<CircuitStateChange>?> callback) : ICircuitEvents
{
    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        events.OnStateChange(change, circuit.Settings);

        // Resolving the observers constructs them, which is user code too.
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
