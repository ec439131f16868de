using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Registry;

/// <summary>Passes state changes to one observer or callback. A listener that throws or hangs does not affect other listeners.</summary>
internal sealed class ChangeListener(string name, Action<CircuitStateChange> listener, IRegistryEvents events)
{
    private readonly ChangeQueue _queue = new();
    private int _hasFailed;
    private int _hasDropped;

    public void Enqueue(CircuitStateChange change)
    {
        if (!_queue.TryEnqueue(change) && Interlocked.Exchange(ref _hasDropped, 1) == 0)
        {
            events.OnChangesDropped(name);
        }
    }

    /// <summary>Delivers queued changes while <paramref name="hasTime"/> is true, unless another thread is already doing so.</summary>
    public void Deliver(Func<bool> hasTime) => _queue.Deliver(Call, hasTime);

    private void Call(CircuitStateChange change)
    {
        try
        {
            listener(change);
        }
        catch (Exception exception)
        {
            if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
            {
                events.OnUserCodeFailed(name, change.Key.ToString(), exception);
            }
        }
    }
}

/// <summary>The observers of a registry.</summary>
/// <remarks>
/// The observers are resolved at the first state change, because their constructors may need the registry. If a constructor throws, the
/// observers are resolved again at the next state change.
/// </remarks>
internal sealed class CircuitObservers
{
    private readonly Func<IEnumerable<ICircuitObserver>> _resolve;
    private readonly IRegistryEvents _events;
    private readonly ChangeListener _all;
    private volatile ChangeListener[]? _observers;

    public CircuitObservers(Func<IEnumerable<ICircuitObserver>> resolve, IRegistryEvents events)
    {
        (_resolve, _events) = (resolve, events);
        _all = new ChangeListener("Creating the observers", Distribute, events);
    }

    public void Enqueue(CircuitStateChange change) => _all.Enqueue(change);

    public void Deliver(Func<bool> hasTime)
    {
        _all.Deliver(hasTime);
        foreach (var observer in _observers ?? [])
        {
            observer.Deliver(hasTime);
        }
    }

    private void Distribute(CircuitStateChange change)
    {
        foreach (var observer in _observers ??= [.. _resolve().Select(Listen)])
        {
            observer.Enqueue(change);
        }
    }

    private ChangeListener Listen(ICircuitObserver observer) => new(observer.GetType().ToString(), observer.OnStateChange, _events);
}
