using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Compares the snapshots of all circuits with the previous snapshots.</summary>
internal sealed class ChangeTracker
{
    // Snapshots compute Since and Until from a monotonic clock, so the same time can differ by a few milliseconds between snapshots.
    private static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(0.5);

    private Dictionary<CircuitKey, CircuitSnapshot> _current = [];

    /// <summary>Stores the snapshots and returns the changes since the previous snapshots, or null if nothing has changed.</summary>
    public CircuitChangesJson? Update(IReadOnlyList<CircuitSnapshot> snapshots, DateTimeOffset utcNow)
    {
        var previous = _current;
        _current = new Dictionary<CircuitKey, CircuitSnapshot>(snapshots.Count);
        foreach (var circuit in snapshots)
        {
            // A circuit that is evicted and created again during enumeration can be listed twice. Keep the later snapshot.
            _current[circuit.Key] = KeepUnchangedDates(circuit, previous.GetValueOrDefault(circuit.Key));
        }

        var changed = _current.Values
            .Where(circuit => circuit != previous.GetValueOrDefault(circuit.Key))
            .Select(CircuitJson.From)
            .ToList();
        var removed = previous.Keys.Where(key => !_current.ContainsKey(key)).Select(key => key.Id).ToList();
        return changed.Count + removed.Count > 0 ? new CircuitChangesJson(utcNow, changed, removed) : null;
    }

    private static CircuitSnapshot KeepUnchangedDates(CircuitSnapshot circuit, CircuitSnapshot? previous) =>
        previous is not null && IsSameMoment(circuit.Since, previous.Since) && IsSameMoment(circuit.Until, previous.Until)
            ? circuit with { Since = previous.Since, Until = previous.Until }
            : circuit;

    private static bool IsSameMoment(DateTimeOffset? a, DateTimeOffset? b) => a == b || (a - b)?.Duration() < _tolerance;
}
