using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>The queries and the alert rule of the sample's README.md, against what Prometheus scrapes in an outage.</summary>
[Collection(Alone.Name)]
public sealed class PrometheusTests
{
    private static readonly string _readme = Repository.Read("samples/Payments/README.md");

    [Fact]
    public async Task Every_query_of_the_README_finds_its_series_in_an_outage()
    {
        var selectors = Selector.In(_readme);
        var samples = await OutageAsync();

        Assert.True(selectors.Count >= 4, "The README has lost its three queries or its alert rule.");
        Assert.All(selectors, selector => Assert.Contains(samples, selector.IsOf));
    }

    [Fact]
    public async Task Every_label_that_the_README_groups_by_is_one_of_the_breakers()
    {
        var labels = Selector.GroupingsIn(_readme);
        var samples = await OutageAsync();

        Assert.NotEmpty(labels);
        Assert.All(labels, label => Assert.Contains(samples, sample => sample.Labels.ContainsKey(label)));
    }

    [Fact]
    public async Task Prometheus_sees_the_instruments_under_these_names()
    {
        var names = (await OutageAsync()).Select(sample => sample.Name).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "http_circuit_breaker_circuits",
                "http_circuit_breaker_failure_ratio",
                "http_circuit_breaker_failures_total",
                "http_circuit_breaker_in_flight",
                "http_circuit_breaker_open_duration_seconds_bucket",
                "http_circuit_breaker_open_duration_seconds_count",
                "http_circuit_breaker_open_duration_seconds_sum",
                "http_circuit_breaker_requests_total",
                "http_circuit_breaker_state",
                "http_circuit_breaker_transitions_total",
            ],
            names);
    }

    /// <summary>This application's series, while its circuit is open and when it is closed again.</summary>
    private static async Task<IReadOnlyList<Sample>> OutageAsync()
    {
        await using var app = await ObservedApp.StartAsync();
        await app.OpenAsync();
        await app.CallAsync();
        var whileOpen = await app.ScrapeAsync();
        app.Heal();
        await app.CallAsync();
        await app.CallAsync();
        return [.. Sample.In(whileOpen + await app.ScrapeAsync())
            .Where(sample => sample.Labels.GetValueOrDefault("http_circuit_breaker_client") == ObservedApp.Client)];
    }
}
