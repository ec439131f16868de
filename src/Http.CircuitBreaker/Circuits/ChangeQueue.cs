using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Brings the changes of one circuit to those who want to know, in order and outside every lock.</summary>
/// <remarks>
/// A change is put in under the circuit's gate, hence in the order of the transitions. Whoever finds nobody draining drains until nothing
/// is left; a change that a listener causes meanwhile is only put in, and told next. A chain of its own and the object itself as its lock:
/// once all is told, it keeps nothing for a circuit that has changed once.
/// </remarks>
internal sealed class ChangeQueue
{
    private Link? _first;
    private Link? _last;
    private bool _isDraining;

    public void Enqueue(CircuitStateChange change)
    {
        lock (this)
        {
            var link = new Link(change);
            _ = _last is null ? _first = link : _last.Next = link;
            _last = link;
        }
    }

    public void Drain(Circuit circuit, ICircuitEvents events)
    {
        if (!TryBecomeDrainer())
        {
            return;
        }

        try
        {
            while (TryTake(out var change))
            {
                events.OnStateChange(circuit, change);
            }
        }
        catch
        {
            StopDraining();
            throw;
        }
    }

    private bool TryBecomeDrainer()
    {
        lock (this)
        {
            return !_isDraining && (_isDraining = true);
        }
    }

    // A listener that throws must not leave the queue to nobody: what waits is told with the next change.
    private void StopDraining()
    {
        lock (this)
        {
            _isDraining = false;
        }
    }

    private bool TryTake([NotNullWhen(true)] out CircuitStateChange? change)
    {
        lock (this)
        {
            change = _first?.Change;
            _first = _first?.Next;
            _last = _first is null ? null : _last;
            return _isDraining = change is not null;
        }
    }

    private sealed class Link(CircuitStateChange change)
    {
        public CircuitStateChange Change => change;

        public Link? Next { get; set; }
    }
}
