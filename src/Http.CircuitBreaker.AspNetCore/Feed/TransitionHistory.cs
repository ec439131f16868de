using System.Collections.Immutable;
using Http.CircuitBreaker.AspNetCore.Json;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Remembers the last transitions of all circuits.</summary>
/// <remarks>It is told by the very calls that change a state, so it only writes down; transitions are rare and the lock is short.</remarks>
internal sealed class TransitionHistory(TimeProvider time, IOptions<CircuitEndpointsOptions> options) : ICircuitObserver
{
    private readonly Lock _lock = new();
    private readonly Queue<TransitionJson> _last = [];
    private long _count;

    public void OnStateChange(CircuitStateChange change)
    {
        var transition = TransitionJson.From(change, time.GetUtcNow());
        lock (_lock)
        {
            _count++;
            _last.Enqueue(transition);
            if (_last.Count > options.Value.HistoryLength)
            {
                _last.Dequeue();
            }
        }
    }

    /// <summary>All that is remembered, oldest first, and how many there have been by now.</summary>
    public (ImmutableArray<TransitionJson> Last, long Count) Read()
    {
        lock (_lock)
        {
            return ([.. _last], _count);
        }
    }

    /// <summary>Those after the first <paramref name="seen"/>, as far as they are remembered.</summary>
    public (ImmutableArray<TransitionJson> New, long Count) ReadAfter(long seen)
    {
        lock (_lock)
        {
            return ([.. _last.TakeLast((int)Math.Min(_count - seen, _last.Count))], _count);
        }
    }
}
