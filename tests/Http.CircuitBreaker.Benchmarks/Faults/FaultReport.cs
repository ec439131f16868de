using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>A fault or harmless case, with the number of calls after which each contender opened its circuit; null if it did not.</summary>
internal sealed record FaultRow(string Name, IReadOnlyList<int?> Opened)
{
    public override string ToString() =>
        $"| {Name} | {string.Join(" | ", Opened.Select(calls => calls?.ToString(CultureInfo.InvariantCulture) ?? "never"))} |";
}

/// <summary>Writes the tables to a Markdown file and the totals to the console.</summary>
internal static class FaultReport
{
    public static void Write(string path, IReadOnlyList<FaultRow> faults, IReadOnlyList<FaultRow> harmless)
    {
        var version = FileVersionInfo.GetVersionInfo(typeof(HttpCircuitBreakerStrategyOptions).Assembly.Location).ProductVersion?.Split('+')[0];
        File.WriteAllLines(path,
        [
            "# Faults",
            "",
            "Calls sent before the circuit opened, with a failure ratio of 50 % and a minimum throughput of 4. `never`: not after 16 calls.",
            $"The peers are from Microsoft.Extensions.Http.Resilience {version}: `AddResilienceHandler` with its HTTP circuit breaker, by authority, and",
            "`AddStandardResilienceHandler` with its timeouts at one twentieth of the defaults. One call through the latter makes up to four attempts.",
            "",
            "| fault | this library | peer circuit breaker | peer standard handler |",
            "|---|---|---|---|",
            .. faults.Select(row => row.ToString()),
            "",
            "Harmless cases must not open the circuit. Each was called six times; the expected result is `never`.",
            "",
            "| harmless case | this library | peer circuit breaker | peer standard handler |",
            "|---|---|---|---|",
            .. harmless.Select(row => row.ToString()),
        ]);
        Console.WriteLine($"faults_total {faults.Count}");
        Print("faults_opened", faults, 0, "ours");
        Print("faults_opened", faults, 1, "peer_breaker");
        Print("faults_opened", faults, 2, "peer_standard");
        Print("false_opens", harmless, 0, "ours");
        Print("false_opens", harmless, 1, "peer_breaker");
        Console.WriteLine($"# written to {path}");
    }

    private static void Print(string figure, IReadOnlyList<FaultRow> rows, int contender, string name) =>
        Console.WriteLine($"{figure}_{name} {rows.Count(row => row.Opened[contender] is not null)}");
}
