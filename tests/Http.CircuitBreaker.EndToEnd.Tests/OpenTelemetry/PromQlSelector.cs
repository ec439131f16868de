using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>What a PromQL query asks for: a metric, and what its labels have to be.</summary>
internal sealed partial record Selector(string Metric, string Matchers)
{
    /// <summary>Those of all queries and alert rules of a Markdown text.</summary>
    public static IReadOnlyList<Selector> In(string markdown) =>
    [
        .. Queries(markdown).SelectMany(query => Metrics().Matches(Grouping().Replace(query, "")))
            .Select(use => new Selector(use.Groups["metric"].Value, use.Groups["matchers"].Value)),
    ];

    /// <summary>The labels that the queries group by.</summary>
    public static IReadOnlyList<string> GroupingsIn(string markdown) =>
        [.. Queries(markdown).SelectMany(query => Grouping().Matches(query)).SelectMany(by => by.Groups["labels"].Value.Split(", "))];

    public bool IsOf(Sample sample) => sample.Name == Metric && Matcher().Matches(Matchers).All(matcher => Holds(matcher, sample));

    private static bool Holds(Match matcher, Sample sample) =>
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
