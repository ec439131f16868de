using System.Text.Json;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

/// <summary>The Grafana dashboard and the Prometheus alert rules in docs/operating.</summary>
internal static partial class OperatingFiles
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "src/Http.CircuitBreaker/docs/operating");

    public static string Rules { get; } = File.ReadAllText(Path.Combine(Folder, "prometheus-alerts.yml"));

    public static string RuleTests { get; } = File.ReadAllText(Path.Combine(Folder, "prometheus-alerts.test.yml"));

    public static JsonElement Dashboard { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "grafana-dashboard.json"))).RootElement;

    public static IReadOnlyList<string> Alerts { get; } = [.. AlertNames().Matches(Rules).Select(alert => alert.Groups["name"].Value)];

    public static IReadOnlyList<JsonElement> Panels { get; } = [.. Dashboard.GetProperty("panels").EnumerateArray()];

    /// <summary>The queries of all panels.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. from panel in Panels
           where panel.TryGetProperty("targets", out _)
           from target in panel.GetProperty("targets").EnumerateArray()
           select target.GetProperty("expr").GetString()!,
    ];

    /// <summary>The rules with durations that suit a test: they fire after a second, and look back for seconds instead of minutes.</summary>
    public static string QuickRules { get; } = Durations().Replace(Rules, match => match.Value switch
    {
        "[5m]" => "[5s]",
        "[30m]" => "[15s]",
        _ => "for: 1s",
    });

    /// <summary>Replaces Grafana's variables.</summary>
    public static string Resolve(string query) => query
        .Replace("$__rate_interval", "5s", StringComparison.Ordinal)
        .Replace("$__range", "60s", StringComparison.Ordinal)
        .Replace("$job", ".*", StringComparison.Ordinal)
        .Replace("$client", ".*", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*- alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex AlertNames();

    [GeneratedRegex(@"\bfor: \w+|\[\w+\]")]
    private static partial Regex Durations();
}
