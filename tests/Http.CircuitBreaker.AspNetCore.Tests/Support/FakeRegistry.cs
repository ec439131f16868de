namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>Circuits that the test writes, and how often somebody looked at them.</summary>
internal sealed class FakeRegistry : ICircuitRegistry
{
    private int _snapshotCalls;

    public List<CircuitSnapshot> Circuits { get; } = [];

    /// <summary>What a look throws.</summary>
    public Exception? Exception { get; set; }

    public int SnapshotCalls => Volatile.Read(ref _snapshotCalls);

    public static CircuitSnapshot Closed(string host, long succeeded = 0) => new()
    {
        Key = CircuitKey.FromUri("client", new Uri($"https://{host}/")),
        State = CircuitState.Closed,
        Epoch = 1,
        Since = default(DateTimeOffset).AddYears(2025),
        TotalSucceeded = succeeded,
    };

    public IReadOnlyList<CircuitSnapshot> GetSnapshots()
    {
        Interlocked.Increment(ref _snapshotCalls);
        return Exception is null ? [.. Circuits] : throw Exception;
    }

    public CircuitSnapshot? Find(CircuitKey key) => Circuits.Find(circuit => circuit.Key == key);

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null) => throw new NotSupportedException();

    public bool Reset(CircuitKey key) => throw new NotSupportedException();
}
