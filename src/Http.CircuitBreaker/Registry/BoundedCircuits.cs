using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
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

/// <summary>Holds one client's circuits. At the limit, a new circuit evicts a circuit that has not been called recently.</summary>
internal sealed class BoundedCircuits
{
    private const int MaxExaminedPerEviction = 32;

    // The dictionary uses each circuit as its own key, because a copy of the CircuitKey would need another 32 bytes per circuit.
    private readonly ConcurrentDictionary<Circuit, Circuit> _circuits = new(new ByKey());

    // This lock is held while a circuit is added or removed. Calls to existing circuits do not take the lock.
    private readonly Lock _lock = new();
    private IEnumerator<KeyValuePair<Circuit, Circuit>>? _candidates;
    private ClientTotals _evicted;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<Circuit> All => _circuits.Select(pair => pair.Value);

    public bool TryGet(CircuitKey key, [NotNullWhen(true)] out Circuit? circuit) =>
        _circuits.GetAlternateLookup<CircuitKey>().TryGetValue(key, out circuit);

    /// <summary>Returns or creates the circuit for the key. Returns null if the limit is reached and no circuit can be evicted.</summary>
    public Circuit? GetOrAdd(CircuitKey key, int capacity, long now, Func<CircuitKey, Circuit> create)
    {
        lock (_lock)
        {
            if (TryGet(key, out var present))
            {
                return present;
            }

            if (_count >= capacity && !TryEvictOne(now))
            {
                return null;
            }

            // If a reload has lowered the limit, each new circuit evicts two circuits until the limit is met.
            if (_count >= capacity)
            {
                TryEvictOne(now);
            }

            _count++;
            var created = create(key);
            return _circuits[created] = created;
        }
    }

    /// <summary>Removes an evicted circuit and keeps its totals. It is safe to call this method more than once.</summary>
    public void Remove(Circuit evicted)
    {
        lock (_lock)
        {
            if (_circuits.TryRemove(KeyValuePair.Create(evicted, evicted)))
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

    // Evicts one circuit that is not in use. The search continues where the previous search ended.
    private bool TryEvictOne(long now)
    {
        for (var examined = 0; examined < MaxExaminedPerEviction; examined++)
        {
            _candidates ??= _circuits.GetEnumerator();
            if (!_candidates.MoveNext())
            {
                _candidates = null;
            }
            else if (_candidates.Current.Value.TryEvict(now))
            {
                Remove(_candidates.Current.Value);
                return true;
            }
        }

        return false;
    }

    private sealed class ByKey : IEqualityComparer<Circuit>, IAlternateEqualityComparer<CircuitKey, Circuit>
    {
        public bool Equals(Circuit? one, Circuit? other) => one?.Key == other?.Key;

        public int GetHashCode(Circuit circuit) => circuit.Key.GetHashCode();

        public bool Equals(CircuitKey key, Circuit circuit) => circuit.Key == key;

        public int GetHashCode(CircuitKey key) => key.GetHashCode();

        public Circuit Create(CircuitKey key) => throw new NotSupportedException("Only GetOrAdd creates circuits.");
    }
}
