namespace Http.CircuitBreaker.Registry;

/// <summary>Hashes what tells the circuits of one client apart: mostly the host, and the port.</summary>
internal sealed class CircuitKeyComparer : IEqualityComparer<CircuitKey>
{
    public static CircuitKeyComparer Instance { get; } = new();

    public bool Equals(CircuitKey x, CircuitKey y) => x == y;

    public int GetHashCode(CircuitKey key) => ((key.Host ?? key.Name)?.GetHashCode(StringComparison.Ordinal) ?? 0) + (key.Port ?? 0);
}
