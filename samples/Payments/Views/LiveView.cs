using Http.CircuitBreaker;
using Payments.Statistics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Payments.Views;

/// <summary>The live view, for terminals with at least 80 columns and 24 rows.</summary>
internal sealed class LiveView(bool watch, Uri shop, Measurements measurements, RunClock clock) : IView
{
    private readonly int _rowsWithoutTransitions = watch ? 21 : 19;
    private readonly Timeline _timeline = new(measurements, clock);

    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine(CommandLine.Introduction);
        AnsiConsole.WriteLine();
        await AnsiConsole.Live(Text.Empty).StartAsync(display => RefreshAsync(display, cancellationToken));
    }

    private async Task RefreshAsync(LiveDisplayContext display, CancellationToken cancellationToken)
    {
        using var timer = new RefreshTimer(TimeSpan.FromMilliseconds(250), clock.Time);
        do
        {
            display.UpdateTarget(Draw());
        }
        while (await timer.WaitAsync(cancellationToken));

        display.UpdateTarget(Draw());
    }

    private Rows Draw()
    {
        var (width, height) = (AnsiConsole.Profile.Width, AnsiConsole.Profile.Height);
        var circuit = measurements.Circuit.Snapshot;
        var (guarded, unguarded) = (measurements.Guarded.GetTotals(), measurements.Unguarded.GetTotals());
        return new Rows(
            Title(),
            Text.Empty,
            new Markup($" provider  {Palette.Mark(measurements.Health.Current)}"),
            new Markup($" circuit   {Describe(circuit)}"),
            Shops(guarded, unguarded),
            Text.Empty,
            _timeline.Draw(width - 2),
            Text.Empty,
            new Markup($" [bold]{CompareVisits(guarded, unguarded)}[/]"),
            Text.Empty,
            Transitions(Math.Clamp(height - _rowsWithoutTransitions, 3, 12), width),
            Footer(circuit?.ConfigurationError, width));
    }

    private string Describe(CircuitSnapshot? circuit) => circuit switch
    {
        null => Palette.Mark(CircuitState.Closed),
        { State: CircuitState.Closed } => $"{Palette.Mark(circuit.State)} {circuit.Failed} of the last {circuit.Total} calls failed or are overdue",
        { State: CircuitState.Open, ProbeDue: false, Until: { } until } =>
            $"{Palette.Mark(circuit.State)} next probe in {Math.Max(0, (until - clock.Time.GetUtcNow()).TotalSeconds):0.0} s",
        _ => $"{Palette.Mark(circuit.State)} probing the provider",
    };

    private Rows Footer(string? configurationError, int width)
    {
        var first = configurationError is { } error
            ? new Markup($" [red]{Fit($"Invalid settings, the previous ones stay in effect: {error.ReplaceLineEndings(" ")}", width)}[/]")
            : new Markup($" [grey]{Fit(watch ? $"Press Ctrl+C to stop. Thresholds: {CommandLine.SettingsFile}" : "Press Ctrl+C to stop.", width)}[/]");
        return watch
            ? new Rows(
                first,
                new Markup($" [grey]{Fit($"Prometheus metrics:  {shop}metrics", width)}[/]"),
                new Markup($" [bold]{Fit($"Live page:  {shop}circuits/", width)}[/]"))
            : new Rows(first);
    }

    // A long line would wrap and change the height of the view.
    private static string Fit(string text, int width) =>
        (text.Length < width ? text : $"{text.AsSpan(0, Math.Max(0, width - 2))}…").EscapeMarkup();

    private Grid Title()
    {
        var now = clock.Now - measurements.RoundStart;
        var round = watch ? $"round {measurements.Round}, " : "";
        return new Grid { Expand = true }
            .AddColumn(new GridColumn().NoWrap().PadLeft(1))
            .AddColumn(new GridColumn().NoWrap().RightAligned())
            .AddRow(new Markup($"[bold]{CommandLine.Title}[/]"), new Markup($"[grey]{round}{now.TotalSeconds:0} of {Script.Length.TotalSeconds:0} s[/]"));
    }

    private static Table Shops(params ShopTotals[] shops)
    {
        var table = new Table().Border(TableBorder.Simple).BorderColor(Color.Grey).Expand();
        table.AddColumn("");
        foreach (var heading in (string[])["paid", "saved", "lost", "catalogue", "in flight"])
        {
            table.AddColumn(new TableColumn($"[grey]{heading}[/]").RightAligned().NoWrap());
        }

        foreach (var shop in shops)
        {
            table.AddRow(
                $"[bold]{shop.Shop}[/]",
                $"[green]{shop.Paid}[/]",
                Palette.Count(shop.Saved, "yellow"),
                Palette.Count(shop.Failed, "red"),
                $"[{(shop.Shown < shop.Visits ? "red" : "green")}]{shop.Shown}/{shop.Visits}[/]",
                $"{shop.InFlight}");
        }

        return table;
    }

    private static string CompareVisits(ShopTotals guarded, ShopTotals unguarded) => "Turned away from the catalogue:"
        + $" {Palette.Count(guarded.TurnedAway, "red")} with the breaker, {Palette.Count(unguarded.TurnedAway, "red")} without it.";

    private Grid Transitions(int rows, int width)
    {
        var grid = new Grid()
            .AddColumn(new GridColumn().NoWrap().PadLeft(1).PadRight(2).RightAligned().Width(7))
            .AddColumn(new GridColumn().NoWrap())
            .AddColumn(new GridColumn().NoWrap().PadRight(0));
        var last = measurements.Circuit.Transitions.TakeLast(rows).ToArray();
        foreach (var (at, change) in last)
        {
            IRenderable[] row =
            [
                new Markup($"[grey]{at.TotalSeconds:0.0} s[/]"),
                new Markup($"{Palette.Name(change.PreviousState)} → {Palette.Name(change.State)}"),
                new Markup(Fit(Words.Explain(change), width - 26)),
            ];
            grid.AddRow(row);
        }

        // Pad with empty rows so that the height of the view stays constant.
        for (var row = last.Length; row < rows; row++)
        {
            grid.AddEmptyRow();
        }

        return grid;
    }
}
