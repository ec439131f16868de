using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Delivers state changes to a listener, in order and one at a time, without holding a lock.</summary>
/// <remarks>
/// One thread at a time delivers changes until the queue is empty. It also delivers changes that the listener makes, and those that other
/// threads queue in the meantime. If the listener hangs, only that thread waits, and the oldest changes are dropped.
/// </remarks>
internal sealed class ChangeQueue
{
    public const int Capacity = 10_000;

    private readonly Queue<CircuitStateChange> _changes = new(1);
    private bool _isDelivering;

    /// <summary>Returns false if the queue was full, so that its oldest change was dropped.</summary>
    public bool TryEnqueue(CircuitStateChange change)
    {
        lock (_changes)
        {
            var isFull = _changes.Count == Capacity;
            if (isFull)
            {
                _changes.Dequeue();
            }

            _changes.Enqueue(change);
            return !isFull;
        }
    }

    /// <param name="listener">Called with each change.</param>
    /// <param name="hasTime">Called after each change. If it returns false, the rest of the queue is left to the next delivery.</param>
    public void Deliver(Action<CircuitStateChange> listener, Func<bool>? hasTime = null)
    {
        do
        {
            if (!TryDequeue(out var change))
            {
                return;
            }

            try
            {
                listener(change);
            }
            finally
            {
                Volatile.Write(ref _isDelivering, false);
            }
        }
        while (hasTime?.Invoke() != false);
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
