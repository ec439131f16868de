using System.Diagnostics.CodeAnalysis;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Delivers state changes to a listener, in order and one at a time, without holding a lock.</summary>
/// <remarks>
/// Only one thread at a time delivers changes. It continues until the queue is empty, so it also delivers the changes that the listener
/// causes and those that other threads queue in the meantime. If the listener hangs, only the delivering thread waits. While the queue is
/// full, each new change replaces the oldest one.
/// </remarks>
internal sealed class ChangeQueue
{
    public const int Capacity = 10_000;

    private readonly Queue<CircuitStateChange> _changes = new(1);
    private bool _isDelivering;

    /// <summary>Adds a change to the queue. Returns false if the queue was full and its oldest change was dropped.</summary>
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
    /// <param name="hasTime">
    /// Called after each change. If this delegate returns false, the remaining changes stay in the queue until the next delivery.
    /// </param>
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
