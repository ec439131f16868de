using System.Globalization;
using System.Text.Json;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

/// <summary>A test with a real Prometheus, skipped if a program that it needs is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute() => Skip = LocalServer.Missing("prometheus", "promtool", "redis-server");
}

/// <summary>A Prometheus server that scrapes one application and evaluates alert rules twice per second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus");
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
    private readonly HashSet<string> _fired = [];
    private readonly string _client;
    private readonly LocalServer _server;
    private readonly HttpClient _http;

    private PrometheusServer(MonitoredApp app, string rules)
    {
        _client = app.Client;
        File.WriteAllText(Path.Combine(_folder.FullName, "rules.yml"), rules);
        File.WriteAllText(
            Path.Combine(_folder.FullName, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: shop
                static_configs: [{ targets: ["{{app.Address.Authority}}"] }]
            """);
        var address = $"127.0.0.1:{LocalServer.FreePort()}";
        _http = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = _limit };

        // If a scrape is late, Prometheus may not notice that a series has ended. It then uses the last value for this long.
        _server = LocalServer.Start(
            "prometheus",
            _folder.FullName,
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--query.lookback-delta=5s",
            $"--web.listen-address={address}");
    }

    /// <summary>The alerts that have fired since the start, as far as a wait has seen them.</summary>
    public IReadOnlySet<string> Fired => _fired;

    public static async Task<PrometheusServer> StartAsync(MonitoredApp app, string rules)
    {
        var server = new PrometheusServer(app, rules);
        await WaitAsync(server.IsReadyAsync, () => "Prometheus is not ready.");
        return server;
    }

    public Task WaitUntilFiredAsync(params string[] alerts) => WaitAsync(
        async () =>
        {
            _fired.UnionWith((await ActiveAlertsAsync()).Where(alert => alert.State == "firing").Select(alert => alert.Name));
            return _fired.IsSupersetOf(alerts);
        },
        () => $"Not all of these alerts fire: {string.Join(", ", alerts)}.");

    public Task WaitUntilAllAreResolvedAsync()
    {
        var active = new List<Alert>();
        return WaitAsync(
            async () => (active = await ActiveAlertsAsync()).Count == 0,
            () => $"Not all alerts resolve: {string.Join(", ", active)}.");
    }

    /// <summary>Whether the query has a value, other than NaN, at any time since the start.</summary>
    public async Task<bool> HasDataAsync(string query)
    {
        var end = TimeProvider.System.GetUtcNow();
        var range = FormattableString.Invariant($"start={_start.ToUnixTimeSeconds()}&end={end.ToUnixTimeSeconds() + 1}&step=1");
        var data = await GetAsync($"/api/v1/query_range?query={Uri.EscapeDataString(query)}&{range}");
        return data.GetProperty("result").EnumerateArray()
            .SelectMany(series => series.GetProperty("values").EnumerateArray())
            .Any(value => !double.IsNaN(double.Parse(value[1].GetString()!, CultureInfo.InvariantCulture)));
    }

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task WaitAsync(Func<Task<bool>> condition, Func<string> message)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < _limit, message());
            await Task.Delay(_pollInterval, TimeProvider.System);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync("/-/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // The exporter also sees the meters of other tests in this process, whose circuits may stay open. Only an alert about Redis has no client.
    private async Task<List<Alert>> ActiveAlertsAsync() =>
    [
        .. from alert in (await GetAsync("/api/v1/alerts")).GetProperty("alerts").EnumerateArray()
           let labels = alert.GetProperty("labels")
           where labels.TryGetProperty("http_circuit_breaker_client", out var client)
               ? client.GetString() == _client
               : labels.GetProperty("alertname").GetString() == "CircuitBackplaneDisconnected"
           select new Alert(labels.GetProperty("alertname").GetString()!, alert.GetProperty("state").GetString()!, labels.GetRawText()),
    ];

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(response.IsSuccessStatusCode, json.RootElement.GetRawText());
        return json.RootElement.GetProperty("data").Clone();
    }

    private sealed record Alert(string Name, string State, string Labels);
}
