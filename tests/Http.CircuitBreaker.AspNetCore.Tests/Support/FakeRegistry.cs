namespace Http.CircuitBreaker.AspNetCore.Tests.Support;

/// <summary>A registry with the circuits of the test, which counts how often it is read.</summary>
internal sealed class FakeRegistry : ICircuitRegistry
{
    private int _snapshotCalls;

    public List<CircuitSnapshot> Circuits { get; } = [];

    /// <summary>Thrown by <see cref="GetSnapshots"/> if set.</summary>
    public Exception? Exception { get; set; }

    /// <summary>Thrown by <see cref="Isolate"/> and <see cref="Reset"/>.</summary>
    public Exception ChangeException { get; set; } = new NotSupportedException();

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

    public void Isolate(CircuitKey key, TimeSpan? duration = null, string? reason = null) => throw ChangeException;

    public bool Reset(CircuitKey key) => throw ChangeException;
}
