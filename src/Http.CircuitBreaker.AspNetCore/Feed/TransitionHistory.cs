using System.Collections.Immutable;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Keeps the latest transitions of all circuits, numbered from 1.</summary>
/// <remarks>Observers run during the HTTP call that causes the state change. Transitions are rare, so a short lock is acceptable.</remarks>
internal sealed class TransitionHistory(TimeProvider time, IOptions<CircuitEndpointsOptions> options) : ICircuitObserver
{
    private readonly Lock _lock = new();
    private readonly Queue<TransitionJson> _transitions = [];
    private long _count;

    /// <summary>The number of the last transition.</summary>
    public long LastTransition => Interlocked.Read(ref _count);

    public void OnStateChange(CircuitStateChange change)
    {
        var transition = TransitionJson.From(change, time.GetUtcNow());
        lock (_lock)
        {
            _count++;
            _transitions.Enqueue(transition);
            if (_transitions.Count > options.Value.HistoryLength)
            {
                _transitions.Dequeue();
            }
        }
    }

    /// <summary>Returns the stored transitions, oldest first, and the number of the last transition.</summary>
    public (ImmutableArray<TransitionJson> Transitions, long LastTransition) Read() => ReadAfter(0);

    /// <summary>
    /// Returns the stored transitions after <paramref name="number"/>, oldest first, and the number of the last transition.
    /// </summary>
    public (ImmutableArray<TransitionJson> Transitions, long LastTransition) ReadAfter(long number)
    {
        lock (_lock)
        {
            return ([.. _transitions.TakeLast((int)Math.Min(_count - number, _transitions.Count))], _count);
        }
    }
}
