using Payments.Score;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Payments.Views;

/// <summary>The live view of a terminal, from 80 x 24 up.</summary>
internal sealed class LiveView(bool watch, Scoreboard board, RunClock clock) : IView
{
    private const int RowsWithoutTransitions = 19;

    private readonly Timeline _timeline = new(board, clock);

    public Task ShowAsync(CancellationToken end) => AnsiConsole.Live(Text.Empty).StartAsync(async display =>
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(250), clock.Time);
        while (!end.IsCancellationRequested)
        {
            display.UpdateTarget(Picture());
            await beat.WaitForNextTickAsync(end).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }

        display.UpdateTarget(Picture());
    });

    private Rows Picture()
    {
        var (width, height) = (AnsiConsole.Profile.Width, AnsiConsole.Profile.Height);
        var (guarded, unguarded) = (board.Guarded.Figures(), board.Unguarded.Figures());
        return new Rows(
            Title(),
            Text.Empty,
            new Markup($" provider  {Palette.Mark(board.Health.Current)}"),
            new Markup($" circuit   {CircuitLine.Of(board.Circuit.Snapshot, clock.Time.GetUtcNow())}").Ellipsis(),
            Shops(guarded, unguarded),
            Text.Empty,
            _timeline.Draw(width - 2),
            Text.Empty,
            new Markup($" [bold]{Verdict(guarded, unguarded)}[/]").Ellipsis(),
            Text.Empty,
            Transitions(Math.Clamp(height - RowsWithoutTransitions, 3, 12)),
            new Markup(watch ? $" [grey]Ctrl+C stops. Thresholds: {CommandLine.SettingsFile.EscapeMarkup()}[/]" : " [grey]Ctrl+C stops.[/]").Ellipsis());
    }

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

    private Grid Transitions(int rows)
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
                new Text(Words.Reason(change)).Ellipsis(),
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
