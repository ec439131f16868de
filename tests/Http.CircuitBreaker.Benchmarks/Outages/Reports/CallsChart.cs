using ScottPlot;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Calls that reach the host, second by second in the first run, above at the defaults and below with equal thresholds.</summary>
internal static class CallsChart
{
    private const int Width = 1100;
    private const int Height = 700;

    public static string FileName(OutageScript script) => $"{script.Name}.png";

    public static void Write(string folder, OutageResult result)
    {
        var charts = new Multiplot();
        charts.AddPlots(2);
        Draw(charts.GetPlot(0), result, $"{result.Script.Name}, defaults", result.Ours, result.Peer);
        Draw(charts.GetPlot(1), result, $"{result.Script.Name}, tuned", result.OursTuned, result.PeerTuned);
        charts.SavePng(Path.Combine(folder, FileName(result.Script)), Width, Height);
    }

    private static void Draw(Plot plot, OutageResult result, string title, Figures ours, Figures peer)
    {
        plot.Title(title);
        plot.XLabel("seconds");
        plot.YLabel("calls at the host, per second");
        foreach (var spell in result.Script.Spells)
        {
            plot.Add.HorizontalSpan(spell.From.TotalSeconds, spell.To.TotalSeconds, Colors.Red.WithAlpha(0.12));
        }

        AddLine(plot, result.None, "no breaker", Colors.Gray.WithAlpha(0.6));
        AddLine(plot, peer, "peer", Colors.Orange);
        AddLine(plot, ours, "ours", Colors.Blue);
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimits(0, result.Script.Length.TotalSeconds, 0, 1.5 * result.None.SentBySecond.Max());
    }

    // Without the last entry: it stands for the instant at which the calls end.
    private static void AddLine(Plot plot, Figures figures, string name, Color color)
    {
        var line = plot.Add.Signal(figures.SentBySecond.SkipLast(1).Select(calls => (double)calls).ToArray());
        (line.LegendText, line.Color, line.LineWidth, line.MaximumMarkerSize) = (name, color, 2, 0);
    }
}
