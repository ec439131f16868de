using System.Diagnostics;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Faults;

/// <summary>The tables as Markdown in a file, and the sums as lines on the screen.</summary>
internal static class FaultReport
{
    public static void Write(string path, IReadOnlyList<FaultRow> faults, IReadOnlyList<FaultRow> harmless)
    {
        var version = FileVersionInfo.GetVersionInfo(typeof(HttpCircuitBreakerStrategyOptions).Assembly.Location).ProductVersion?.Split('+')[0];
        File.WriteAllLines(path,
        [
            "# Faults",
            "",
            "Calls that each breaker let through before it opened, at half of four calls; `never` = sixteen calls did not open it.",
            $"The peers are Microsoft.Extensions.Http.Resilience {version}: `AddResilienceHandler` with its HTTP circuit breaker, by authority, and",
            "`AddStandardResilienceHandler` with its timeouts at a twentieth of their defaults; one call of that one makes up to four attempts.",
            "",
            "| fault | this library | its circuit breaker | its standard handler |",
            "|---|---|---|---|",
            .. faults.Select(row => row.ToString()),
            "",
            "What must not open a circuit, six times each; `never` is right.",
            "",
            "| harmless | this library | its circuit breaker | its standard handler |",
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

    private static void Print(string what, IReadOnlyList<FaultRow> rows, int contender, string name) =>
        Console.WriteLine($"{what}_{name} {rows.Count(row => row.Opened[contender] is not null)}");
}
