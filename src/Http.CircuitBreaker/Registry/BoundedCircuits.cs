using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>The circuits of one client, at most so many. A new one makes room for itself by retiring one that nobody would miss.</summary>
internal sealed class BoundedCircuits
{
    // How many circuits a single call looks at to find one that can go.
    private const int SweepLength = 32;

    private readonly ConcurrentDictionary<CircuitKey, Circuit> _circuits = new(CircuitKeyComparer.Instance);
    private readonly List<Circuit> _departing = [];
    private IEnumerator<KeyValuePair<CircuitKey, Circuit>>? _cursor;
    private CallTotals _departed;
    private long _departedRejected;

    // The dictionary's own Count takes every one of its locks.
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Circuit> All => _circuits.Select(pair => pair.Value);

    public bool TryGet(CircuitKey key, out Circuit? circuit) => _circuits.TryGetValue(key, out circuit);

    /// <summary>The circuit of that key, created if there is none; null if there is none and no room for it.</summary>
    public Circuit? GetOrAdd(CircuitKey key, int capacity, long now, Func<CircuitKey, Circuit> create)
    {
        if (_circuits.TryGetValue(key, out var present))
        {
            return present;
        }

        if (!TryReserve(capacity, now))
        {
            return null;
        }

        var created = create(key);
        var circuit = _circuits.GetOrAdd(key, created);
        if (circuit != created)
        {
            Interlocked.Decrement(ref _count);
        }

        return circuit;
    }

    /// <summary>Drops a retired circuit and takes its accounts over; whoever meets one may do it first, and it may be done again.</summary>
    public void Remove(Circuit retired)
    {
        // Under one lock: who sums up finds it either among the circuits or among the departing, never in neither.
        lock (_departing)
        {
            if (_circuits.TryRemove(KeyValuePair.Create(retired.Key, retired)))
            {
                Interlocked.Decrement(ref _count);
            }

            if (!_departing.Contains(retired))
            {
                _departing.Add(retired);
            }

            FoldDeparted();
        }
    }

    /// <summary>All that ever happened here, circuits that are gone included.</summary>
    public (CallTotals Ended, long InFlight, long Rejected) Accounts()
    {
        // Under the lock to the end: what a circuit has handed over it does not have any more.
        lock (_departing)
        {
            FoldDeparted();
            var (ended, inFlight, rejected) = (_departed, 0L, _departedRejected);
            foreach (var circuit in All.Concat(_departing))
            {
                var its = circuit.Accounts();
                ended += its.Ended;
                inFlight += its.InFlight;
                rejected += its.Rejected;
            }

            return (ended, inFlight, rejected);
        }
    }

    private bool TryReserve(int capacity, long now)
    {
        if (Interlocked.Increment(ref _count) <= capacity)
        {
            return true;
        }

        // One more than there may be. Retiring one makes up for this; over a lowered capacity it needs a second one to shrink.
        if (TryRetireOne(now))
        {
            if (Count > capacity)
            {
                TryRetireOne(now);
            }

            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    // Continues where the last sweep ended. Two sweeps at once each have an enumerator of their own; one of them is kept.
    private bool TryRetireOne(long now)
    {
        var cursor = Interlocked.Exchange(ref _cursor, null) ?? _circuits.GetEnumerator();
        var isFound = false;
        for (var looked = 0; looked < SweepLength && !isFound; looked++)
        {
            if (!cursor.MoveNext())
            {
                cursor.Dispose();
                cursor = _circuits.GetEnumerator();
                continue;
            }

            var circuit = cursor.Current.Value;
            if (circuit.TryRetire(now))
            {
                Remove(circuit);
                isFound = true;
            }
        }

        Volatile.Write(ref _cursor, cursor);
        return isFound;
    }

    // A call may have been admitted in the moment before its circuit was retired: the accounts stay open until it has ended.
    private void FoldDeparted()
    {
        for (var i = _departing.Count - 1; i >= 0; i--)
        {
            var (ended, inFlight, rejected) = _departing[i].TakeAccounts();
            _departed += ended;
            _departedRejected += rejected;
            if (inFlight == 0)
            {
                _departing.RemoveAt(i);
            }
        }
    }
}
