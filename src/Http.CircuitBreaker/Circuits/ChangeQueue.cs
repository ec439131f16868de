using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Delivers a circuit's state changes in order, without holding its lock.</summary>
/// <remarks>
/// Changes are queued under the circuit's lock, so they are in the right order. One thread at a time delivers them until the queue is
/// empty. It also delivers changes that a listener makes.
/// </remarks>
internal sealed class ChangeQueue
{
    private readonly Queue<CircuitStateChange> _changes = new(1);
    private bool _isDelivering;

    public void Enqueue(CircuitStateChange change)
    {
        lock (_changes)
        {
            _changes.Enqueue(change);
        }
    }

    public void Deliver(Circuit circuit, ICircuitEvents events)
    {
        while (TryDequeue(out var change))
        {
            try
            {
                events.OnStateChange(circuit, change);
            }
            finally
            {
                Volatile.Write(ref _isDelivering, false);
            }
        }
    }

    private bool TryDequeue([NotNullWhen(true)] out CircuitStateChange? change)
    {
        lock (_changes)
        {
            change = null;
            return !_isDelivering && (_isDelivering = _changes.TryDequeue(out change));
        }
    }
}
