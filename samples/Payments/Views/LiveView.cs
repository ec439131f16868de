using Payments.Score;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Payments.Views;

/// <summary>The live view of a terminal, from 80 x 24 up.</summary>
internal sealed class LiveView(bool watch, Uri shop, Scoreboard board, RunClock clock) : IView
{
    private readonly int _rowsWithoutTransitions = watch ? 21 : 19;
    private readonly Timeline _timeline = new(board, clock);

    public Task ShowAsync(CancellationToken end) => AnsiConsole.Live(Text.Empty).StartAsync(async display =>
    {
        using var beat = new Beat(TimeSpan.FromMilliseconds(250), clock.Time);
        do
        {
            display.UpdateTarget(Picture());
        }
        while (await beat.NextAsync(end));

        display.UpdateTarget(Picture());
    });

    private Rows Picture()
    {
        var (width, height) = (AnsiConsole.Profile.Width, AnsiConsole.Profile.Height);
        var circuit = board.Circuit.Snapshot;
        var (guarded, unguarded) = (board.Guarded.Figures(), board.Unguarded.Figures());
        return new Rows(
            Title(),
            Text.Empty,
            new Markup($" provider  {Palette.Mark(board.Health.Current)}"),
            new Markup($" circuit   {CircuitLine.Of(circuit, clock.Time.GetUtcNow())}"),
            Shops(guarded, unguarded),
            Text.Empty,
            _timeline.Draw(width - 2),
            Text.Empty,
            new Markup($" [bold]{Verdict(guarded, unguarded)}[/]"),
            Text.Empty,
            Transitions(Math.Clamp(height - _rowsWithoutTransitions, 3, 12), width),
            Footer(circuit?.ConfigurationError, width));
    }

    private Rows Footer(string? configurationError, int width)
    {
        var first = configurationError is { } error
            ? new Markup($" [red]{Fit($"Bad edit, the settings before it hold: {error.ReplaceLineEndings(" ")}", width)}[/]")
            : new Markup($" [grey]{Fit(watch ? $"Ctrl+C stops. Thresholds: {CommandLine.SettingsFile}" : "Ctrl+C stops.", width)}[/]");
        return watch
            ? new Rows(
                first,
                new Markup($" [grey]{Fit($"For Prometheus:  {shop}metrics", width)}[/]"),
                new Markup($" [bold]{Fit($"See it in a browser:  {shop}circuits/", width)}[/]"))
            : new Rows(first);
    }

    // Spectre would wrap a long line, and the picture would change its height.
    private static string Fit(string text, int width) =>
        (text.Length < width ? text : $"{text.AsSpan(0, Math.Max(0, width - 2))}…").EscapeMarkup();

    private Grid Title()
    {
        var now = clock.Now - board.RoundStart;
        var round = watch ? $"round {board.Round}, " : "";
        return new Grid { Expand = true }
            .AddColumn(new GridColumn().NoWrap().PadLeft(1))
            .AddColumn(new GridColumn().NoWrap().RightAligned())
            .AddRow(new Markup($"[bold]{CommandLine.Title}[/]"), new Markup($"[grey]{round}{now.TotalSeconds:0} of {Script.Length.TotalSeconds:0} s[/]"));
    }

    private static Table Shops(params ShopFigures[] shops)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey).Expand();
        table.AddColumn("");
        foreach (var heading in (string[])["done", "failed", "refused at once", "p95 wait", "in flight"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").RightAligned().NoWrap());
        }

        foreach (var shop in shops)
        {
            table.AddRow(
                $"[bold]{shop.Shop}[/]",
                $"[green]{shop.Done}[/]",
                Palette.Count(shop.Failed, "red"),
                Palette.Count(shop.Refused, "yellow"),
                Palette.Wait(shop.P95Wait),
                $"{shop.InFlight}");
        }

        return table;
    }

    private static string Verdict(ShopFigures guarded, ShopFigures unguarded) =>
        $"A customer waits {Palette.Wait(guarded.MedianWait)} at the shop with the breaker, {Palette.Wait(unguarded.MedianWait)} without it.";

    private Grid Transitions(int rows, int width)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadLeft(1).PadRight(2).RightAligned().Width(7))
            .AddColumn(new GridColumn().NoWrap())
            .AddColumn(new GridColumn().NoWrap().PadRight(0));
        var last = board.Circuit.Transitions.TakeLast(rows).ToArray();
        foreach (var (at, change) in last)
        {
            IRenderable[] row =
            [
                new Markup($"[grey]{at.TotalSeconds:0.0} s[/]"),
                new Markup($"{Palette.Name(change.PreviousState)} → {Palette.Name(change.State)}"),
                new Markup(Fit(Words.Reason(change), width - 26)),
            ];
            grid.AddRow(row);
        }

        // The picture keeps its height, so that nothing jumps.
        for (var row = last.Length; row < rows; row++)
        {
            grid.AddEmptyRow();
        }

        return grid;
    }
}
