using System.Text.RegularExpressions;
using Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

[Collection(SequentialTests.Name)]
public sealed partial class OperatingFilesTests
{
    private static readonly string[] _addedByPrometheus = ["job", "instance"];

    [Fact]
    public void Dashboard_panels_have_unique_identifiers_and_do_not_overlap()
    {
        var cells = OperatingFiles.Panels.SelectMany(panel =>
        {
            var position = panel.GetProperty("gridPos");
            var (x, y) = (position.GetProperty("x").GetInt32(), position.GetProperty("y").GetInt32());
            var (width, height) = (position.GetProperty("w").GetInt32(), position.GetProperty("h").GetInt32());
            Assert.InRange(x + width, 1, 24);
            return from column in Enumerable.Range(x, width) from row in Enumerable.Range(y, height) select (column, row);
        });

        Assert.True(OperatingFiles.Panels.Count >= 15, "The dashboard has lost panels.");
        Assert.Distinct(OperatingFiles.Panels.Select(panel => panel.GetProperty("id").GetInt32()));
        Assert.Distinct(cells);
    }

    [Fact]
    public void Every_dashboard_panel_has_a_query_and_uses_the_data_source_variable()
    {
        foreach (var panel in OperatingFiles.Panels.Where(panel => panel.GetProperty("type").GetString() != "row"))
        {
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
            Assert.All(panel.GetProperty("targets").EnumerateArray(), target =>
            {
                Assert.Equal("${datasource}", target.GetProperty("datasource").GetProperty("uid").GetString());
                Assert.NotEmpty(target.GetProperty("expr").GetString()!);
            });
        }
    }

    [Fact]
    public void Every_variable_in_a_dashboard_query_is_defined()
    {
        var defined = OperatingFiles.Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => variable.GetProperty("name").GetString()!)
            .Concat(["__rate_interval", "__range"])
            .ToList();

        Assert.Contains("datasource", defined);
        Assert.Equal(
            ["__range", "__rate_interval", "client", "job"],
            OperatingFiles.Queries.SelectMany(query => Variables().Matches(query)).Select(use => use.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.All(OperatingFiles.Queries.SelectMany(query => Variables().Matches(query)), use => Assert.Contains(use.Groups["name"].Value, defined));
    }

    [Fact]
    public async Task Every_metric_and_label_in_the_dashboard_and_the_alerts_is_exported()
    {
        await using var app = await MonitoredApp.StartAsync();
        await app.OpenAsync();
        await app.CallAsync();
        app.Isolate();
        await app.HealAsync();
        string exposition;
        do
        {
            exposition = await app.ScrapeAsync();
        }
        while (!exposition.Contains("http_circuit_breaker_backplane_commands_total", StringComparison.Ordinal));

        var samples = PrometheusSample.Parse(exposition).ToList();
        var known = samples.Select(sample => sample.Name).Concat(samples.SelectMany(sample => sample.Labels.Keys)).Concat(_addedByPrometheus).ToHashSet();
        var texts = OperatingFiles.Panels.Select(panel => panel.GetRawText())
            .Append(OperatingFiles.Dashboard.GetProperty("templating").GetRawText())
            .Append(OperatingFiles.Rules);

        Assert.All(texts.SelectMany(text => Names().Matches(text)), name => Assert.Contains(name.Value, known));
    }

    [Fact]
    public void Every_alert_fires_and_resolves_in_the_rule_tests()
    {
        Assert.NotEmpty(OperatingFiles.Alerts);
        Assert.All(OperatingFiles.Alerts, alert =>
        {
            var expectations = Expectations().Matches(OperatingFiles.RuleTests).Where(expectation => expectation.Groups["name"].Value == alert).ToList();
            Assert.Contains(expectations, expectation => expectation.Groups["alerts"].Success);
            Assert.False(expectations[^1].Groups["alerts"].Success, $"The tests of {alert} must end with a resolved alert.");
        });
    }

    [PrometheusFact]
    public async Task Promtool_accepts_the_rules_and_their_tests_pass()
    {
        var check = await LocalServer.RunAsync("promtool", OperatingFiles.Folder, "check", "rules", "prometheus-alerts.yml");
        var tests = await LocalServer.RunAsync("promtool", OperatingFiles.Folder, "test", "rules", "prometheus-alerts.test.yml");

        Assert.True(check.ExitCode == 0, check.Output);
        Assert.True(tests.ExitCode == 0, tests.Output);
        Assert.Contains($"{OperatingFiles.Alerts.Count} rules found", check.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\$\{?(?<name>\w+)")]
    private static partial Regex Variables();

    [GeneratedRegex(@"\b(http_circuit_breaker_\w+|server_\w+|error_type|job|instance)\b")]
    private static partial Regex Names();

    [GeneratedRegex(@"alertname: (?<name>\w+)(, eval_time: \w+ \}|\n\s+eval_time: \w+\n\s+(?<alerts>exp_alerts:))")]
    private static partial Regex Expectations();
}
