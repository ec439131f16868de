using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>One line of what Prometheus scrapes: a series, its value aside.</summary>
internal sealed partial record Sample(string Name, IReadOnlyDictionary<string, string> Labels)
{
    public static IEnumerable<Sample> In(string exposition) => Series().Matches(exposition).Select(series => new Sample(
        series.Groups["name"].Value,
        Label().Matches(series.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value)));

    [GeneratedRegex(@"^(?<name>\w+)\{(?<labels>.*)\} \S+", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
