using Http.CircuitBreaker.AspNetCore.Json;

namespace Http.CircuitBreaker.AspNetCore.Feed;

/// <summary>Compares the circuits with how they were the last time.</summary>
internal sealed class CircuitChanges
{
    // Dates are reckoned from a clock that steps by milliseconds: one that has not changed comes out a little different each time.
    private static readonly TimeSpan _sameMoment = TimeSpan.FromSeconds(0.5);

    private Dictionary<CircuitKey, CircuitSnapshot> _before = [];

    /// <summary>What has changed; null if nothing has.</summary>
    public CircuitsJson? Since(IReadOnlyList<CircuitSnapshot> now, DateTimeOffset utcNow)
    {
        var before = _before;
        _before = new Dictionary<CircuitKey, CircuitSnapshot>(now.Count);
        foreach (var circuit in now)
        {
            // One that was evicted and came back while the list was made may stand in it twice: the later one holds.
            _before[circuit.Key] = Steady(circuit, before.GetValueOrDefault(circuit.Key));
        }

        var changed = _before.Values.Where(circuit => circuit != before.GetValueOrDefault(circuit.Key)).Select(CircuitJson.Of).ToList();
        var removed = before.Keys.Where(key => !_before.ContainsKey(key)).Select(key => key.Id).ToList();
        return changed.Count + removed.Count > 0 ? new CircuitsJson(utcNow, changed, removed) : null;
    }

    private static CircuitSnapshot Steady(CircuitSnapshot circuit, CircuitSnapshot? before) =>
        before is not null && IsSame(circuit.Since, before.Since) && IsSame(circuit.Until, before.Until)
            ? circuit with { Since = before.Since, Until = before.Until }
            : circuit;

    private static bool IsSame(DateTimeOffset? one, DateTimeOffset? other) => one == other || (one - other)?.Duration() < _sameMoment;
}
