using Spectre.Console;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Prints the figures. The better score of each pair with equal settings is green.</summary>
internal static class ScoreTable
{
    private const int Width = 130;

    public static void Write(IReadOnlyList<OutageResult> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("script").NoWrap()).AddColumn(new TableColumn("breaker").NoWrap());
        foreach (var (_, heading, _) in Figures.All)
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }

        foreach (var result in results)
        {
            AddRows(table, result);
        }

        // Redirected output defaults to a width of 80, which would wrap the lines.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, Width);
        AnsiConsole.Write(table);
    }

    private static void AddRows(Table table, OutageResult result)
    {
        foreach (var (breaker, figures) in result.Rows)
        {
            var style = IsBest(result, figures) ? new Style(Color.Green) : Style.Plain;
            table.AddRow([
                new Text(figures == result.None ? result.Script.Name : ""),
                new Text(breaker),
                .. Figures.All.Select((figure, column) => new Text(figure.Format(figures), column == 0 ? style : Style.Plain)),
            ]);
        }

        table.AddEmptyRow();
    }

    private static bool IsBest(OutageResult result, Figures figures) =>
        (figures == result.Ours && figures.Score <= result.Peer.Score)
        || (figures == result.Peer && figures.Score <= result.Ours.Score)
        || (figures == result.OursTuned && figures.Score <= result.PeerTuned.Score)
        || (figures == result.PeerTuned && figures.Score <= result.OursTuned.Score);
}
