using System.Globalization;
using Http.CircuitBreaker.Benchmarks.Outages.Curve;

namespace Http.CircuitBreaker.Benchmarks.Outages.Reports;

/// <summary>The detection curve as lines of figures and as a Markdown table.</summary>
internal static class DetectionReport
{
    private static readonly (string Name, Func<DetectionPoint, double?> Value)[] _figures =
    [
        ("calls", point => point.Calls), ("seconds", point => point.Seconds), ("false_openings", point => point.FalseOpenings),
    ];

    public static IEnumerable<string> Lines(IReadOnlyList<DetectionPoint> points) =>
    [
        $"# outage_detection_<noise>_<figure>: {string.Join(' ', DetectionCurve.Contenders.Select(contender => contender.Name))}",
        .. points.GroupBy(point => point.Noise).SelectMany(group => _figures.Select(figure =>
            $"outage_detection_{Percent(group.Key).Replace('.', '_')}_{figure.Name} {Values(group, figure.Value)}")),
    ];

    public static IEnumerable<string> Markdown(IReadOnlyList<DetectionPoint> points) => points.Count == 0 ? [] :
    [
        "",
        "## Detection against false openings",
        "",
        "One process sends 25 calls per second. **calls** and **seconds** are the medians of 51 outages, from the moment at which every",
        "call fails with 503 until the circuit opens. **false** is the number of openings per million calls to the healthy host. The",
        "noise is the share of calls that fail on the healthy host.",
        "",
        "| breaker | noise | calls | seconds | false |",
        "|---|---:|---:|---:|---:|",
        .. points.GroupBy(point => point.Contender).SelectMany(group => group).Select(point =>
            $"| {point.Contender.Name} | {Percent(point.Noise)} % |"
            + string.Concat(_figures.Select(figure => $" {Format(figure.Value(point))} |"))),
        "",
        $"![Calls until an outage is detected against false openings]({DetectionChart.FileName})",
    ];

    private static string Values(IEnumerable<DetectionPoint> points, Func<DetectionPoint, double?> value) =>
        string.Join(' ', points.Select(point => Format(value(point))));

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Format(double? value) => value?.ToString("0.#", CultureInfo.InvariantCulture) ?? "never";
}
