using System.Diagnostics;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>The figures as Markdown: what they mean, who is ahead where, and every number.</summary>
internal static class ScoreReport
{
    public static void Write(string folder, IReadOnlyList<OutageResult> results)
    {
        var version = FileVersionInfo.GetVersionInfo(typeof(HttpCircuitBreakerStrategyOptions).Assembly.Location).ProductVersion?.Split('+')[0];
        File.WriteAllLines(Path.Combine(folder, "outages.md"),
        [
            "# Outages",
            "",
            $"What a circuit breaker spares its callers and the host, and what it costs them. Seed {Luck.Seed}; the same output on every run.",
            $"\"ours\" is this library, \"peer\" the HTTP circuit breaker of Microsoft.Extensions.Http.Resilience {version}.",
            "",
            .. ReportText.HowToRead,
            "",
            "## Who is ahead",
            "",
            "The lower score.",
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
        result.Script.Story,
        "",
        $"| breaker | {string.Join(" | ", Figures.All.Select(figure => figure.Heading))} |",
        $"|---|{string.Concat(Enumerable.Repeat("---:|", Figures.All.Count))}",
        .. result.Rows.Select(row => $"| {row.Breaker} | {string.Join(" | ", Figures.All.Select(figure => figure.Of(row.Figures)))} |"),
        "",
        $"![Calls that reach the host]({CallsChart.FileName(result.Script)})",
    ];
}
