using Http.CircuitBreaker.Benchmarks.Outages.Curve;
using ScottPlot;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>
/// Charts the calls until an outage is detected against false openings, both logarithmic: one line for each contender, with a larger marker
/// for more noise.
/// </summary>
internal static class DetectionChart
{
    public const string FileName = "detection.png";

    private const int Width = 1100;
    private const int Height = 600;

    // No false opening is shown at the left edge.
    private const double LeastFalseOpenings = 0.1;

    public static void Write(string folder, IReadOnlyList<DetectionPoint> points)
    {
        using var plot = new Plot();
        plot.Title("Detection of an outage against false openings, at 0.5 to 30 % noise");
        plot.XLabel("false openings per million calls");
        plot.YLabel("median calls until detected");
        foreach (var group in points.Where(point => point.Calls is not null).GroupBy(point => point.Contender))
        {
            AddLine(plot, group.Key.Name, [.. group]);
        }

        plot.Axes.Bottom.SetTicks([-1, 0, 1, 2, 3, 4], ["none", "1", "10", "100", "1,000", "10,000"]);
        plot.Axes.Left.SetTicks([0, 1, 2, 3, 4], ["1", "10", "100", "1,000", "10,000"]);
        plot.Axes.SetLimits(-1.2, 4, 0, 4);
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(Path.Combine(folder, FileName), Width, Height);
    }

    private static void AddLine(Plot plot, string name, DetectionPoint[] points)
    {
        double[] x = [.. points.Select(point => Math.Log10(Math.Max(point.FalseOpenings, LeastFalseOpenings)))];
        double[] y = [.. points.Select(point => Math.Log10(point.Calls!.Value))];
        var line = plot.Add.Scatter(x, y);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (name, 2, 0);
        foreach (var (index, point) in points.Index())
        {
            plot.Add.Marker(x[index], y[index], size: (float)(5 + (40 * point.Noise)), color: line.Color);
        }
    }
}
