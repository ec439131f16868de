using System.Collections.Concurrent;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Registry;

internal readonly record struct ClientTotals(CallTotals Ended, long InFlight, long Rejected, long Bypassed = 0)
{
    public static ClientTotals operator +(ClientTotals left, ClientTotals right) =>
        new(left.Ended + right.Ended, left.InFlight + right.InFlight, left.Rejected + right.Rejected, left.Bypassed + right.Bypassed);

    public static ClientTotals operator -(ClientTotals left, ClientTotals right) =>
        new(left.Ended - right.Ended, left.InFlight - right.InFlight, left.Rejected - right.Rejected, left.Bypassed - right.Bypassed);
}

/// <summary>Holds one client's circuits, up to a limit. At the limit, a new circuit evicts one that has not been called recently.</summary>
internal sealed class BoundedCircuits
{
    // The maximum number of circuits to examine per eviction.
    private const int SweepLength = 32;

    private readonly ConcurrentDictionary<CircuitKey, Circuit> _circuits = new();

    // Held while adding or removing circuits. Calls to existing circuits do not take this lock.
    private readonly Lock _lock = new();
    private IEnumerator<KeyValuePair<CircuitKey, Circuit>>? _sweep;
    private ClientTotals _evicted;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Circuit> All => _circuits.Select(pair => pair.Value);

    public bool TryGet(CircuitKey key, out Circuit? circuit) => _circuits.TryGetValue(key, out circuit);

    /// <summary>Returns the circuit for the key, creating it if needed; null at the limit if no circuit can be evicted.</summary>
    public Circuit? GetOrAdd(CircuitKey key, int capacity, long now, Func<CircuitKey, Circuit> create)
    {
        lock (_lock)
        {
            if (_circuits.TryGetValue(key, out var present))
            {
                return present;
            }

            if (_count >= capacity && !TryEvictOne(now))
            {
                return null;
            }

            // If the capacity was lowered, each new circuit evicts a second one until the limit is met.
            if (_count >= capacity)
            {
                TryEvictOne(now);
            }

            _count++;
            return _circuits[key] = create(key);
        }
    }

    /// <summary>Removes an evicted circuit and keeps its totals. It is safe to call this method more than once.</summary>
    public void Remove(Circuit evicted)
    {
        lock (_lock)
        {
            if (_circuits.TryRemove(KeyValuePair.Create(evicted.Key, evicted)))
            {
                _count--;
                _evicted += GetTotals(evicted) with { InFlight = 0 };
            }
        }
    }

    /// <summary>The totals of all circuits, including evicted ones.</summary>
    public ClientTotals Totals()
    {
        // Without the lock, a circuit that is being evicted could be counted twice.
        lock (_lock)
        {
            return All.Aggregate(_evicted, (sum, circuit) => sum + GetTotals(circuit));
        }
    }

    private static ClientTotals GetTotals(Circuit circuit) => new(circuit.Counters.Totals, circuit.Counters.InFlight, circuit.Rejected);

    // Each sweep continues where the previous one ended.
    private bool TryEvictOne(long now)
    {
        for (var examined = 0; examined < SweepLength; examined++)
        {
            _sweep ??= _circuits.GetEnumerator();
            if (!_sweep.MoveNext())
            {
                _sweep = null;
            }
            else if (_sweep.Current.Value.TryEvict(now))
            {
                Remove(_sweep.Current.Value);
                return true;
            }
        }

        return false;
    }
}
