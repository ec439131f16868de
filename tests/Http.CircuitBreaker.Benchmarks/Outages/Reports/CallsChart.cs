using ScottPlot;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Charts the calls per second that reach the host in the first run: with defaults above, tuned below.</summary>
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
        foreach (var period in result.Script.FaultPeriods)
        {
            plot.Add.HorizontalSpan(period.From.TotalSeconds, period.To.TotalSeconds, Colors.Red.WithAlpha(0.12));
        }

        AddLine(plot, result.None, "no breaker", Colors.Gray.WithAlpha(0.6));
        AddLine(plot, peer, "peer", Colors.Orange);
        AddLine(plot, ours, "ours", Colors.Blue);
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimits(0, result.Script.Length.TotalSeconds, 0, 1.5 * result.None.SentBySecond.Max());
    }

    // The last second is incomplete.
    private static void AddLine(Plot plot, Figures figures, string name, Color color)
    {
        var line = plot.Add.Signal(figures.SentBySecond.SkipLast(1).Select(calls => (double)calls).ToArray());
        (line.LegendText, line.Color, line.LineWidth, line.MaximumMarkerSize) = (name, color, 2, 0);
    }
}
