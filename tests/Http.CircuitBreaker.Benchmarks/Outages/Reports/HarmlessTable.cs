using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Spectre.Console;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Prints the harmless scripts: how often the circuits opened and how many good calls were lost.</summary>
internal static class HarmlessTable
{
    public static void Write(IReadOnlyList<OutageResult> results)
    {
        if (results.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("harmless").NoWrap());
        foreach (var (contender, _) in results[0].Rows)
        {
            table.AddColumn(new TableColumn($"openings, {contender.Name}").RightAligned());
            table.AddColumn(new TableColumn($"rejected, {contender.Name}").RightAligned());
        }

        foreach (var result in results)
        {
            table.AddRow([result.Name, .. result.Rows.SelectMany(row => Cells(row.Figures))]);
        }

        AnsiConsole.Write(table);
    }

    public static IEnumerable<string> Markdown(IReadOnlyList<OutageResult> results) => results.Count == 0 ? [] :
    [
        "",
        "## Harmless scripts",
        "",
        "An hour of virtual time each, at the defaults. A breaker must not open, unless the script allows it.",
        "`ours_slowness` uses `UnresponsiveDetection: SilenceAndSlowness`.",
        "",
        "| script | |" + string.Concat(results[0].Rows.Select(row => $" openings, {row.Contender.Name} | rejected |")),
        "|---|---|" + string.Concat(results[0].Rows.Select(_ => "---:|---:|")),
        .. results.Select(result => $"| {result.Name} | {result.Script.Description.ReplaceLineEndings(" ")} |"
            + string.Concat(result.Rows.SelectMany(row => Cells(row.Figures)).Select(cell => $" {cell} |"))),
    ];

    private static IEnumerable<string> Cells(Figures figures) => Figures.Harmless.Select(figure => figure.Format(figures));
}
