using System.Diagnostics;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Writes the figures and their explanation to a Markdown file.</summary>
internal static class ScoreReport
{
    public static void Write(string folder, IReadOnlyList<OutageResult> results)
    {
        var version = FileVersionInfo.GetVersionInfo(typeof(HttpCircuitBreakerStrategyOptions).Assembly.Location).ProductVersion?.Split('+')[0];
        File.WriteAllLines(Path.Combine(folder, "outages.md"),
        [
            "# Outages",
            "",
            $"Benefit and cost of a circuit breaker in simulated outages. Seed {SeededRandom.Seed}; every run has the same output.",
            $"\"ours\" is this library, \"peer\" is the HTTP circuit breaker of Microsoft.Extensions.Http.Resilience {version}.",
            "",
            .. ReportText.HowToRead,
            "",
            "## Which breaker is ahead",
            "",
            "The lower score is better.",
            "",
            "| script | defaults | tuned |",
            "|---|---|---|",
            .. results.Select(Ahead),
            "",
            .. ReportText.WhereNotAhead,
            .. results.SelectMany(Section),
            "",
            .. ReportText.NotModelled,
        ]);
    }

    private static string Ahead(OutageResult result) =>
        $"| {result.Script.Name} | {Ahead(result.Ours, result.Peer)} | {Ahead(result.OursTuned, result.PeerTuned)} |";

    private static string Ahead(Figures ours, Figures peer) => ours.Score.CompareTo(peer.Score) switch
    {
        < 0 => "ours",
        0 => "equal",
        _ => "peer",
    };

    private static IEnumerable<string> Section(OutageResult result) =>
    [
        "",
        $"## {result.Script.Name}",
        "",
        result.Script.Description,
        "",
        $"| breaker | {string.Join(" | ", Figures.All.Select(figure => figure.Heading))} |",
        $"|---|{string.Concat(Enumerable.Repeat("---:|", Figures.All.Count))}",
        .. result.Rows.Select(row => $"| {row.Breaker} | {string.Join(" | ", Figures.All.Select(figure => figure.Format(row.Figures)))} |"),
        "",
        $"![Calls that reach the host]({CallsChart.FileName(result.Script)})",
    ];
}
