using Http.CircuitBreaker.Benchmarks.Outages.Results;
using Spectre.Console;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Prints the scores. The best score of each script is green.</summary>
internal static class ScoreTable
{
    private const int Width = 140;

    /// <param name="results">Results of the same contenders.</param>
    public static void Write(IReadOnlyList<OutageResult> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("score").NoWrap());
        foreach (var (contender, _) in results[0].Rows)
        {
            table.AddColumn(new TableColumn(contender.Name).RightAligned().NoWrap());
        }

        foreach (var result in results)
        {
            table.AddRow([
                new Text(result.Name),
                .. result.Rows.Select(row => new Text(row.Figures.ScoreText, StyleOf(row.Figures, result))),
            ]);
        }

        // Redirected output defaults to a width of 80, which would wrap the lines.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, Width);
        AnsiConsole.Write(table);
    }

    private static Style StyleOf(Figures figures, OutageResult result) =>
        figures.Score <= result.BestScore ? new Style(Color.Green) : Style.Plain;
}
