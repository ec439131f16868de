using System.Diagnostics;
using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Curve;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Microsoft.Extensions.Http.Resilience;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Writes the figures and their explanation to a Markdown file.</summary>
internal static class ScoreReport
{
    public static void Write(
        string folder, ILookup<string, OutageResult> outages, IReadOnlyList<OutageResult> harmless, IReadOnlyList<DetectionPoint> curve)
    {
        var peer = typeof(HttpCircuitBreakerStrategyOptions).Assembly.Location;
        var version = FileVersionInfo.GetVersionInfo(peer).ProductVersion?.Split('+')[0];
        File.WriteAllLines(Path.Combine(folder, "outages.md"),
        [
            "# Outages",
            "",
            $"Benefit and cost of circuit breakers in simulated outages. Seed {SeededRandom.Seed}; every run has the same output.",
            "",
            .. ReportText.Method,
            "",
            "## Contenders",
            "",
            $"The version of Microsoft.Extensions.Http.Resilience is {version}.",
            "",
            .. AllContenders.Defaults.Select(contender => $"- **{contender.Name}**: {contender.About.ReplaceLineEndings(" ")}"),
            "",
            .. ReportText.Figures,
            .. outages.SelectMany(group => Scores([.. group])),
            "",
            .. ReportText.HowToJudge,
            .. HarmlessTable.Markdown(harmless),
            .. DetectionReport.Markdown(curve),
            .. outages.SelectMany(group => group.SelectMany(Section)),
            "",
            .. ReportText.NotModelled,
        ]);
    }

    private static IEnumerable<string> Scores(IReadOnlyList<OutageResult> results) =>
    [
        "",
        $"## Scores {ReportText.TitleOf(results[0].Suffix)}",
        "",
        "Lower is better; the best score is bold.",
        "",
        Header("script", results[0].Rows.Select(row => row.Contender.Name)),
        .. results.Select(result => Row(result.Script.Name, result.Rows.Select(row => Bold(row.Figures, result.BestScore)))),
    ];

    private static string Bold(Figures figures, double best) => figures.Score <= best ? $"**{figures.ScoreText}**" : figures.ScoreText;

    private static IEnumerable<string> Section(OutageResult result) =>
    [
        "",
        $"## {result.Name}",
        "",
        result.Script.Description.ReplaceLineEndings(" ") + (result.Script.HasRetries ? " Failed calls are retried." : ""),
        "",
        Header("breaker", Figures.All.Select(figure => figure.Heading)),
        .. result.Rows.Select(row => Row(row.Contender.Name, Figures.All.Select(figure => figure.Format(row.Figures)))),
        "",
        $"![Calls that reach the host]({CallsChart.FileName(result)})",
    ];

    private static string Header(string first, IEnumerable<string> columns) =>
        Row(first, columns) + Environment.NewLine + "|---|" + string.Concat(columns.Select(_ => "---:|"));

    private static string Row(string first, IEnumerable<string> cells) => $"| {first} | {string.Join(" | ", cells)} |";
}
