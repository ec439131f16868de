using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

internal interface IRegistryEvents
{
    void OnStateChange(CircuitStateChange change, CircuitSettings settings);

    /// <summary>Called when a user delegate or observer throws. The subject is the affected circuit or client.</summary>
    void OnUserCodeFailed(string callback, string subject, Exception exception);

    /// <summary>Called once per error, with all clients whose new settings are invalid because of that error.</summary>
    void OnReloadFailed(IReadOnlyCollection<string> clients, string error);

    void OnScopeChangeIgnored(string client, CircuitScope present, CircuitScope configured);
}

internal static class RegistryEventsExtensions
{
    /// <summary>Reports only the first exception that a callback throws for each circuit.</summary>
    public static void OnUserCodeFailedOnce(this IRegistryEvents events, Circuit circuit, UserCallback callback, Exception exception)
    {
        if (circuit.IsFirst(callback))
        {
            events.OnUserCodeFailed(callback.ToString(), circuit.Key.ToString(), exception);
        }
    }
}

/// <summary>Passes state changes to telemetry, the observers and the client's callback.</summary>
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

    private void Run(Circuit circuit, UserCallback callback, Action userCode)
    {
        try
        {
            userCode();
        }
        catch (Exception exception)
        {
            events.OnUserCodeFailedOnce(circuit, callback, exception);
        }
    }
}
