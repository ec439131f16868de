using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>
/// Checks that consecutive state changes of a circuit are consistent. Throws on every 50th change, as a faulty observer does.
/// </summary>
internal sealed class SoakEvents : ICircuitObserver
{
    private readonly ConcurrentDictionary<CircuitKey, CircuitStateChange> _last = new();
    private readonly ConcurrentDictionary<CircuitTransitionReason, int> _reasons = new();
    private readonly ConcurrentQueue<string> _inconsistencies = new();
    private int _changes;

    public IReadOnlyCollection<string> Inconsistencies => _inconsistencies;

    public IReadOnlyDictionary<CircuitTransitionReason, int> Reasons => _reasons;

    /// <summary>The state after the last change.</summary>
    public CircuitState GetState(CircuitKey key) => _last.TryGetValue(key, out var last) ? last.State : CircuitState.Closed;

    public void OnStateChange(CircuitStateChange change)
    {
        _reasons.AddOrUpdate(change.Reason, 1, (_, count) => count + 1);

        // Evicted circuits are skipped, because a new circuit with the same key starts from scratch.
        if (change.Key.Client != SoakApp.Few)
        {
            _last.AddOrUpdate(change.Key, change, (_, last) => Check(last, change));
        }

        if (Interlocked.Increment(ref _changes) % 50 == 0)
        {
            throw new InvalidOperationException("An observer has a bug.");
        }
    }

    private CircuitStateChange Check(CircuitStateChange last, CircuitStateChange next)
    {
        if (last.State != next.PreviousState || last.Epoch >= next.Epoch)
        {
            _inconsistencies.Enqueue($"{next.Key}: {last.State} in epoch {last.Epoch}, then {next.PreviousState} -> {next.State} in epoch {next.Epoch}");
        }

        return next;
    }
}
