using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>The queries and the alert rule in the README of the Payments sample match the series scraped in an outage.</summary>
[Collection(SequentialTests.Name)]
public sealed class PrometheusTests
{
    private static readonly string _readme = Repository.Read("samples/Payments/README.md");

    [Fact]
    public async Task Every_query_in_the_README_matches_a_series_in_an_outage()
    {
        var selectors = PromQlSelector.Parse(_readme);
        var samples = await ScrapeOutageAsync();

        Assert.True(selectors.Count >= 4, "The README must contain three queries and an alert rule.");
        Assert.All(selectors, selector => Assert.Contains(samples, selector.Matches));
    }

    [Fact]
    public async Task Every_grouping_label_in_a_README_query_exists()
    {
        var labels = PromQlSelector.ParseGroupings(_readme);
        var samples = await ScrapeOutageAsync();

        Assert.NotEmpty(labels);
        Assert.All(labels, label => Assert.Contains(samples, sample => sample.Labels.ContainsKey(label)));
    }

    [Fact]
    public async Task Instruments_have_the_expected_names_in_Prometheus()
    {
        var names = (await ScrapeOutageAsync()).Select(sample => sample.Name).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "http_circuit_breaker_circuits",
                "http_circuit_breaker_failure_ratio",
                "http_circuit_breaker_failures_total",
                "http_circuit_breaker_in_flight",
                "http_circuit_breaker_open_duration_seconds_bucket",
                "http_circuit_breaker_open_duration_seconds_count",
                "http_circuit_breaker_open_duration_seconds_sum",
                "http_circuit_breaker_rejections_total",
                "http_circuit_breaker_requests_total",
                "http_circuit_breaker_state",
                "http_circuit_breaker_transitions_total",
            ],
            names);
    }

    /// <summary>Returns the series of this application, scraped while the circuit is open and after it has closed.</summary>
    private static async Task<IReadOnlyList<PrometheusSample>> ScrapeOutageAsync()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();
        await app.CallAsync();
        var whileOpen = await app.ScrapeAsync();
        app.Heal();
        await app.CallAsync();
        await app.CallAsync();
        return [.. PrometheusSample.Parse(whileOpen + await app.ScrapeAsync())
            .Where(sample => sample.Labels.GetValueOrDefault("http_circuit_breaker_client") == ObservedApp.Client)];
    }
}
