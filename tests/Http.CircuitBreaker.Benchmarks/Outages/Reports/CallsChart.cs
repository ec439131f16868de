using Http.CircuitBreaker.Benchmarks.Outages.Contenders;
using Http.CircuitBreaker.Benchmarks.Outages.Results;
using ScottPlot;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>Charts the calls per second that reach the host in the first run: no breaker, the peer, and ours on top.</summary>
internal static class CallsChart
{
    private const int Width = 1100;
    private const int Height = 400;

    public static string FileName(OutageResult result) => $"{result.Name}.png";

    public static void Write(string folder, OutageResult result)
    {
        using var plot = new Plot();
        plot.Title(result.Name);
        plot.XLabel("seconds");
        plot.YLabel("calls at the host, per second");
        foreach (var period in result.Script.FaultPeriods)
        {
            plot.Add.HorizontalSpan(period.From.TotalSeconds, period.To.TotalSeconds, Colors.Red.WithAlpha(0.12));
        }

        var none = result.Of(AllContenders.None);
        AddLine(plot, none, "no breaker", Colors.Gray.WithAlpha(0.6));
        AddLine(plot, result.Rows[1].Figures, "peer", Colors.Orange);
        AddLine(plot, result.Rows[0].Figures, "ours", Colors.Blue);
        plot.ShowLegend(Alignment.UpperRight);
        plot.Axes.SetLimits(0, result.Script.Length.TotalSeconds, 0, 1.5 * none.SentBySecond.SkipLast(1).Max());
        plot.SavePng(Path.Combine(folder, FileName(result)), Width, Height);
    }

    // The last second is incomplete.
    private static void AddLine(Plot plot, Figures figures, string name, Color color)
    {
        var line = plot.Add.Signal(figures.SentBySecond.SkipLast(1).Select(calls => (double)calls).ToArray());
        (line.LegendText, line.Color, line.LineWidth, line.MaximumMarkerSize) = (name, color, 2, 0);
    }
}
