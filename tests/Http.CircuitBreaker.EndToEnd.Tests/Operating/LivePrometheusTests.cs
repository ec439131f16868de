using Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

/// <summary>The dashboard and the alert rules against a real Prometheus that scrapes an application during an outage.</summary>
[Collection(SequentialTests.Name)]
public sealed class LivePrometheusTests
{
    [PrometheusFact]
    public async Task Every_alert_fires_and_resolves_and_every_query_of_the_dashboard_returns_data()
    {
        await using var app = await MonitoredApp.StartAsync();
        using var prometheus = await PrometheusServer.StartAsync(app, OperatingFiles.QuickRules);
        using var stop = new CancellationTokenSource();
        var calls = app.CallUntilCanceledAsync(stop.Token);

        // Redis is not running yet.
        await app.OpenAsync();
        app.Isolate();
        await prometheus.WaitUntilFiredAsync("CircuitOpen", "CallsRejected", "CircuitIsolated", "CircuitBackplaneDisconnected");
        app.StartRedis();
        await app.ConnectedAsync();
        app.ResetIsolation();
        var flapping = prometheus.WaitUntilFiredAsync("CircuitFlapping");
        while (!flapping.IsCompleted)
        {
            await app.HealAsync();
            await app.OpenAsync();
        }

        await flapping;
        await app.HealAsync();
        Assert.Equal(CircuitState.Closed, app.StateOfIsolated);
        await prometheus.WaitUntilAllAreResolvedAsync();
        await stop.CancelAsync();
        await calls;

        Assert.Equal(OperatingFiles.Alerts.Order(StringComparer.Ordinal), prometheus.Fired.Order(StringComparer.Ordinal));
        Assert.NotEmpty(OperatingFiles.Queries);
        foreach (var query in OperatingFiles.Queries)
        {
            Assert.True(await prometheus.HasDataAsync(OperatingFiles.Resolve(query)), $"No data: {query}");
        }
    }
}
