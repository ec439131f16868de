using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>Hears of every change, and checks that those of one circuit follow each other. Now and then it throws.</summary>
internal sealed class SoakEvents : ICircuitObserver
{
    private readonly ConcurrentDictionary<CircuitKey, CircuitStateChange> _last = new();
    private readonly ConcurrentDictionary<CircuitTransitionReason, int> _reasons = new();
    private readonly ConcurrentQueue<string> _disorder = new();
    private int _heard;

    public IReadOnlyCollection<string> Disorder => _disorder;

    public IReadOnlyDictionary<CircuitTransitionReason, int> Reasons => _reasons;

    /// <summary>The state that the last change led to.</summary>
    public CircuitState StateOf(CircuitKey key) => _last.TryGetValue(key, out var last) ? last.State : CircuitState.Closed;

    public void OnStateChange(CircuitStateChange change)
    {
        _reasons.AddOrUpdate(change.Reason, 1, (_, count) => count + 1);

        // Of circuits that are evicted, a later one of the same key starts anew.
        if (change.Key.Client != SoakApp.Few)
        {
            _last.AddOrUpdate(change.Key, change, (_, last) => Follow(last, change));
        }

        if (Interlocked.Increment(ref _heard) % 50 == 0)
        {
            throw new InvalidOperationException("An observer has a bug.");
        }
    }

    private CircuitStateChange Follow(CircuitStateChange last, CircuitStateChange next)
    {
        if (last.State != next.PreviousState || last.Epoch >= next.Epoch)
        {
            _disorder.Enqueue($"{next.Key}: {last.State} in epoch {last.Epoch}, then {next.PreviousState} -> {next.State} in epoch {next.Epoch}");
        }

        return next;
    }
}
