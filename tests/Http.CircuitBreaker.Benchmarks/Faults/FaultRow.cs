namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>One fault, and after how many calls each contender opened; null = never.</summary>
internal sealed record FaultRow(string Name, IReadOnlyList<int?> Opened)
{
    public override string ToString() => $"| {Name} | {string.Join(" | ", Opened.Select(calls => calls?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "never"))} |";
}
