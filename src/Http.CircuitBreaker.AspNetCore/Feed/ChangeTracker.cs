using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Compares the circuits with how they were the last time.</summary>
internal sealed class ChangeTracker
{
    // Dates are reckoned from a clock that steps by milliseconds: one that has not changed comes out a little different each time.
    private static readonly TimeSpan _tolerance = TimeSpan.FromSeconds(0.5);

    private Dictionary<CircuitKey, CircuitSnapshot> _previous = [];

    /// <summary>What has changed; null if nothing has.</summary>
    public CircuitChangesJson? Update(IReadOnlyList<CircuitSnapshot> now, DateTimeOffset utcNow)
    {
        var before = _previous;
        _previous = new Dictionary<CircuitKey, CircuitSnapshot>(now.Count);
        foreach (var circuit in now)
        {
            // One that was evicted and came back while the list was made may stand in it twice: the later one holds.
            _previous[circuit.Key] = KeepUnchangedDates(circuit, before.GetValueOrDefault(circuit.Key));
        }

        var changed = _previous.Values.Where(circuit => circuit != before.GetValueOrDefault(circuit.Key)).Select(CircuitJson.From).ToList();
        var removed = before.Keys.Where(key => !_previous.ContainsKey(key)).Select(key => key.Id).ToList();
        return changed.Count + removed.Count > 0 ? new CircuitChangesJson(utcNow, changed, removed) : null;
    }

    private static CircuitSnapshot KeepUnchangedDates(CircuitSnapshot circuit, CircuitSnapshot? before) =>
        before is not null && IsSameMoment(circuit.Since, before.Since) && IsSameMoment(circuit.Until, before.Until)
            ? circuit with { Since = before.Since, Until = before.Until }
            : circuit;

    private static bool IsSameMoment(DateTimeOffset? one, DateTimeOffset? other) => one == other || (one - other)?.Duration() < _tolerance;
}
