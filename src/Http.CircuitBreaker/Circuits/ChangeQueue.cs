using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Delivers the changes of one circuit in order and outside of its lock.</summary>
/// <remarks>
/// Changes are queued under the circuit's lock, in the order of the transitions. One thread at a time delivers until the queue is empty; a
/// change that a listener causes is queued and delivered next.
/// </remarks>
internal sealed class ChangeQueue
{
    // Small: most circuits that change at all have one waiting change at a time.
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
        if (!TryBegin())
        {
            return;
        }

        try
        {
            while (TryDequeue(out var change))
            {
                events.OnStateChange(circuit, change);
            }
        }
        catch
        {
            End();
            throw;
        }
    }

    private bool TryBegin()
    {
        lock (_changes)
        {
            return !_isDelivering && (_isDelivering = true);
        }
    }

    private bool TryDequeue([NotNullWhen(true)] out CircuitStateChange? change)
    {
        lock (_changes)
        {
            return _isDelivering = _changes.TryDequeue(out change);
        }
    }

    // Changes that are still queued are delivered with the next one.
    private void End()
    {
        lock (_changes)
        {
            _isDelivering = false;
        }
    }
}
