using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>One series of a Prometheus scrape, without its value.</summary>
internal sealed partial record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels)
{
    public static IEnumerable<PrometheusSample> Parse(string exposition) => Series().Matches(exposition).Select(series => new PrometheusSample(
        series.Groups["name"].Value,
        Label().Matches(series.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value)));

    [GeneratedRegex(@"^(?<name>\w+)\{(?<labels>.*)\} \S+", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
