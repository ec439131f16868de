using OpenTelemetry.Metrics;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>Formats exported metric points as lines: sorted attributes without the client and the common prefix, and the value.</summary>
internal static class MetricLines
{
    private const string Prefix = "http_circuit_breaker.";
    private const string ClientTag = Prefix + "client";

    public static IReadOnlyList<MetricPoint> Points(Metric metric)
    {
        var points = new List<MetricPoint>();
        foreach (var point in metric.GetMetricPoints())
        {
            points.Add(point);
        }

        return points;
    }

    public static bool IsOurs(MetricPoint point) => Tags(point).Any(tag => tag is { Key: ClientTag, Value: ObservedApp.Client });

    /// <summary>Counters and integer gauges.</summary>
    public static IEnumerable<string> Sums(this ObservedApp app, string metric) => Lines(app, metric, point => point.GetSumLong());

    public static IEnumerable<string> Gauges(this ObservedApp app, string metric) => Lines(app, metric, point => point.GetGaugeLastValueDouble());

    private static IEnumerable<string> Lines<T>(ObservedApp app, string metric, Func<MetricPoint, T> value)
    {
        var port = app.Host.Address.Port;
        return app.Collect(Prefix + metric).Select(point => FormattableString.Invariant($"{Format(point, port)} = {value(point)}"));
    }

    private static string Format(MetricPoint point, int port) => string.Join(' ', Tags(point)
        .Where(tag => tag.Key != ClientTag)
        .OrderBy(tag => tag.Key, StringComparer.Ordinal)
        .Select(tag => tag is { Key: "server.port", Value: int value } && value == port ? "server.port=host" : $"{tag.Key}={tag.Value}")
        .Select(tag => tag.Replace(Prefix, "", StringComparison.Ordinal)));

    private static List<KeyValuePair<string, object?>> Tags(MetricPoint point)
    {
        var tags = new List<KeyValuePair<string, object?>>();
        foreach (var tag in point.Tags)
        {
            tags.Add(tag);
        }

        return tags;
    }
}
