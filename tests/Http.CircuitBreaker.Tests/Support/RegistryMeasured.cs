using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Formats measurements as lines: the sorted attributes without their common prefix, and the value.</summary>
internal static class RegistryMeasured
{
    public static IReadOnlyList<string> Lines<T>(this MetricCollector<T> collector)
        where T : struct =>
        [.. collector.GetMeasurementSnapshot().Select(measurement => $"{Text(measurement.Tags)} = {FormattableString.Invariant($"{measurement.Value}")}")];

    /// <summary>Collects the observable instruments once.</summary>
    public static IReadOnlyList<string> Observe<T>(this MetricCollector<T> collector)
        where T : struct
    {
        collector.Clear();
        collector.RecordObservableInstruments();
        return collector.Lines();
    }

    private static string Text(IReadOnlyDictionary<string, object?> tags) => string.Join(
        ' ', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key.Replace("http_circuit_breaker.", "", StringComparison.Ordinal)}={tag.Value}"));
}
