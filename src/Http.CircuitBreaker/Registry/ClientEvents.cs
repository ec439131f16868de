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

    /// <summary>Called after a valid reload. The text is empty if the configuration was invalid before and no option has changed.</summary>
    void OnSettingsChanged(string client, string changes);

    /// <summary>Called once per listener, when its queue is full for the first time.</summary>
    void OnChangesDropped(string listener);
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
internal sealed class ClientEvents(IRegistryEvents events, CircuitObservers observers, Action<CircuitStateChange> callback) : ICircuitEvents
{
    private static readonly TimeSpan _maxDelay = TimeSpan.FromSeconds(1);

    private readonly ChangeListener _callback = new(nameof(CircuitBreakerOptions.OnStateChange), callback, events);

    public void OnStateChange(Circuit circuit, CircuitStateChange change)
    {
        events.OnStateChange(change, circuit.Settings);
        observers.Enqueue(change);
        _callback.Enqueue(change);
    }

    /// <remarks>After one second, a thread-pool thread continues, so that a listener that hangs holds up only the present call.</remarks>
    public void Deliver()
    {
        var hasTime = true;
        using var timer = new Timer(
            _ =>
            {
                Volatile.Write(ref hasTime, false);
                Deliver();
            },
            null,
            _maxDelay,
            Timeout.InfiniteTimeSpan);
        observers.Deliver(() => Volatile.Read(ref hasTime));
        _callback.Deliver(() => Volatile.Read(ref hasTime));
        if (!Volatile.Read(ref hasTime))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static client => client.Deliver(), this, preferLocal: false);
        }
    }
}
