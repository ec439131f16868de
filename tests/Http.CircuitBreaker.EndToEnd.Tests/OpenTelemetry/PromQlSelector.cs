using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>A metric selector of a PromQL query: the metric and its label matchers.</summary>
internal sealed partial record PromQlSelector(string Metric, string Matchers)
{
    /// <summary>Parses the selectors of all queries and alert rules in a Markdown text.</summary>
    public static IReadOnlyList<PromQlSelector> Parse(string markdown) =>
    [
        .. Queries(markdown).SelectMany(query => Metrics().Matches(Grouping().Replace(query, "")))
            .Select(use => new PromQlSelector(use.Groups["metric"].Value, use.Groups["matchers"].Value)),
    ];

    /// <summary>Parses the labels that the queries group by.</summary>
    public static IReadOnlyList<string> ParseGroupings(string markdown) =>
        [.. Queries(markdown).SelectMany(query => Grouping().Matches(query)).SelectMany(by => by.Groups["labels"].Value.Split(", "))];

    public bool Matches(PrometheusSample sample) => sample.Name == Metric && Matcher().Matches(Matchers).All(matcher => IsMatch(matcher, sample));

    private static bool IsMatch(Match matcher, PrometheusSample sample) =>
        sample.Labels.TryGetValue(matcher.Groups["label"].Value, out var value)
        && matcher.Groups["is"].Value switch
        {
            "=" => value == matcher.Groups["value"].Value,
            "!=" => value != matcher.Groups["value"].Value,
            "=~" => Regex.IsMatch(value, $"^(?:{matcher.Groups["value"].Value})$"),
            _ => false,
        };

    private static IEnumerable<string> Queries(string markdown) => Blocks().Matches(markdown).Select(block => block.Groups["query"].Value);

    [GeneratedRegex("^```(promql|yaml)\n(?<query>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\bby \((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b(?<metric>http_circuit_breaker_\w+)(\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Metrics();

    [GeneratedRegex(@"(?<label>\w+)(?<is>[=!~]+)""(?<value>[^""]*)""")]
    private static partial Regex Matcher();
}
