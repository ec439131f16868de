using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

/// <summary>The calls of one client by result.</summary>
internal readonly record struct ClientTotals(CallTotals Ended, long InFlight, long Rejected, long Bypassed = 0)
{
    public static ClientTotals operator +(ClientTotals left, ClientTotals right) =>
        new(left.Ended + right.Ended, left.InFlight + right.InFlight, left.Rejected + right.Rejected, left.Bypassed + right.Bypassed);

    public static ClientTotals operator -(ClientTotals left, ClientTotals right) =>
        new(left.Ended - right.Ended, left.InFlight - right.InFlight, left.Rejected - right.Rejected, left.Bypassed - right.Bypassed);
}

/// <summary>The circuits of one client, up to a capacity. A new circuit evicts one that was not called recently.</summary>
internal sealed class BoundedCircuits
{
    // How many circuits a call examines to evict one.
    private const int SweepLength = 32;

    private readonly ConcurrentDictionary<CircuitKey, Circuit> _circuits = new(new KeyComparer());
    private readonly Lock _lock = new();
    private IEnumerator<KeyValuePair<CircuitKey, Circuit>>? _cursor;
    private ClientTotals _evicted;

    // The Count of the dictionary takes all of its locks.
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Circuit> All => _circuits.Select(pair => pair.Value);

    public bool TryGet(CircuitKey key, out Circuit? circuit) => _circuits.TryGetValue(key, out circuit);

    /// <summary>Returns the circuit of the key, and creates it if needed; null if there is no room for it.</summary>
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

    /// <summary>Removes an evicted circuit and keeps its totals. Can be called more than once.</summary>
    public void Remove(Circuit evicted)
    {
        lock (_lock)
        {
            if (_circuits.TryRemove(KeyValuePair.Create(evicted.Key, evicted)))
            {
                Interlocked.Decrement(ref _count);
                _evicted += GetTotals(evicted) with { InFlight = 0 };
            }
        }
    }

    /// <summary>The totals of all circuits, including evicted ones.</summary>
    public ClientTotals Totals()
    {
        // Without the lock, a concurrent eviction would count a circuit twice.
        lock (_lock)
        {
            return All.Aggregate(_evicted, (sum, circuit) => sum + GetTotals(circuit));
        }
    }

    private static ClientTotals GetTotals(Circuit circuit) => new(circuit.Counters.Totals, circuit.Counters.InFlight, circuit.Rejected);

    private bool TryReserve(int capacity, long now)
    {
        if (Interlocked.Increment(ref _count) <= capacity)
        {
            return true;
        }

        // One over capacity, so evict one circuit. Evict a second one if the capacity was lowered.
        if (!TryEvictOne(now))
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _ = Count > capacity && TryEvictOne(now);
        return true;
    }

    // Continues where the last sweep ended. A concurrent sweep uses its own enumerator; only one is kept.
    private bool TryEvictOne(long now)
    {
        var cursor = Interlocked.Exchange(ref _cursor, null) ?? _circuits.GetEnumerator();
        var isEvicted = false;
        for (var examined = 0; examined < SweepLength && !isEvicted; examined++)
        {
            if (!cursor.MoveNext())
            {
                cursor.Dispose();
                cursor = _circuits.GetEnumerator();
            }
            else if (cursor.Current.Value.TryEvict(now))
            {
                Remove(cursor.Current.Value);
                isEvicted = true;
            }
        }

        Volatile.Write(ref _cursor, cursor);
        return isEvicted;
    }

    // The circuits of one client differ mostly in host and port.
    private sealed class KeyComparer : IEqualityComparer<CircuitKey>
    {
        public bool Equals(CircuitKey x, CircuitKey y) => x == y;

        public int GetHashCode(CircuitKey key) => ((key.Host ?? key.Name)?.GetHashCode(StringComparison.Ordinal) ?? 0) + (key.Port ?? 0);
    }
}
