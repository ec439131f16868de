namespace Http.CircuitBreaker.Circuits;

/// <summary>Brings the changes of one circuit to those who want to know, in order and outside every lock.</summary>
/// <remarks>
/// A change is put in under the circuit's gate, hence in the order of the transitions. Whoever finds nobody draining drains until nothing
/// is left; a change that a listener causes meanwhile is only put in, and told next.
/// </remarks>
internal sealed class ChangeQueue
{
    private readonly Queue<CircuitStateChange> _waiting = new();
    private bool _isDraining;

    public void Enqueue(CircuitStateChange change)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(change);
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
        lock (_waiting)
        {
            return !_isDraining && (_isDraining = true);
        }
    }

    // A listener that throws must not leave the queue to nobody: what waits is told with the next change.
    private void StopDraining()
    {
        lock (_waiting)
        {
            _isDraining = false;
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CircuitStateChange? change)
    {
        lock (_waiting)
        {
            _isDraining = _waiting.TryDequeue(out change);
            return _isDraining;
        }
    }
}
