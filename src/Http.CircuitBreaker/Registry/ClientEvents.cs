using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Registry;

internal interface IRegistryEvents
{
    void OnStateChange(CircuitStateChange change, CircuitSettings settings);

    /// <summary>Called when a user delegate or an observer throws. <paramref name="subject"/> is the affected circuit or client.</summary>
    void OnUserCodeFailed(string callback, string subject, Exception exception);

    /// <summary>Called once per error, with the names of all clients that could not be reloaded because of that error.</summary>
    void OnReloadFailed(IReadOnlyCollection<string> clients, string error);

    void OnScopeChangeIgnored(string client, string present, string configured);

    /// <summary>Called the first time a client refuses a circuit name because it has reached its limit.</summary>
    void OnNamesRefused(string client, int limit);

    /// <summary>Called when a client's first circuit is created.</summary>
    void OnSettingsLoaded(string client, ClientSettings settings);

    /// <summary>
    /// Called after a successful reload if options have changed or the previous reload failed. <paramref name="changes"/> is empty if no
    /// option has changed.
    /// </summary>
    void OnSettingsChanged(string client, string changes);

    /// <summary>Called when a listener's queue is full for the first time and its oldest change is dropped.</summary>
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

/// <summary>Passes state changes to telemetry, the observers and the client's <c>OnStateChange</c> callback.</summary>
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

    /// <remarks>
    /// If delivery takes longer than one second, the rest is moved to a thread-pool thread. A listener that hangs blocks only the call that
    /// invoked it.
    /// </remarks>
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
