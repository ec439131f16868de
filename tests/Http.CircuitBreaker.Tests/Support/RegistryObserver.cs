using System.Collections.Concurrent;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Writes down every change, then does what the test wants.</summary>
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
