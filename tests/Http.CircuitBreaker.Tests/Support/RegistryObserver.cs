using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Records every change, then runs an optional action.</summary>
internal sealed class RegistryObserver(Action<CircuitStateChange>? then = null) : ICircuitObserver
{
    private readonly ConcurrentQueue<CircuitStateChange> _seen = new();

    public IReadOnlyList<CircuitStateChange> Seen => [.. _seen];

    public IEnumerable<CircuitState> States => _seen.Select(change => change.State);

    public void OnStateChange(CircuitStateChange change)
    {
        _seen.Enqueue(change);
        then?.Invoke(change);
    }
}
