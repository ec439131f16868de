using System.Net;
using Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Http.CircuitBreaker.EndToEnd.Tests.Operating;

/// <summary>An application with a client of a flaky host, the Redis package, and an endpoint for Prometheus. Its breaks are short.</summary>
internal sealed class MonitoredApp : IAsyncDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);
    private static int _apps;

    private readonly FlakyHost _host;
    private readonly WebApplication _app;
    private readonly CircuitKey _key;
    private readonly CircuitKey _isolated;
    private readonly int _redisPort = LocalServer.FreePort();
    private LocalServer? _redis;

    private MonitoredApp(FlakyHost host)
    {
        _host = host;
        (_key, _isolated) = (CircuitKey.FromUri(Client, host.Address), CircuitKey.FromName(Client, "isolated"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient(Client, client => client.BaseAddress = host.Address).AddCircuitBreaker(options =>
        {
            (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration) = (4, TimeSpan.Zero);
            (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.2));
            (options.RecoveryDuration, options.CircuitName) = (null, _ => null);
        });
        builder.Services.AddCircuitBreakerRedis(redis =>
        {
            redis.Configuration = $"127.0.0.1:{_redisPort}";
            (redis.PollInterval, redis.CommandTimeout) = (TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.5));
        });
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Http.CircuitBreaker", "Http.CircuitBreaker.Redis")
            .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0));
        _app = builder.Build();
        _app.MapPrometheusScrapingEndpoint();
    }

    /// <summary>The client's name, which differs from the one in any other application, because the exporter sees their metrics too.</summary>
    public string Client { get; } = $"monitored-{Interlocked.Increment(ref _apps)}";

    public Uri Address => new(_app.Urls.Single());

    private ICircuitRegistry Circuits => _app.Services.GetRequiredService<ICircuitRegistry>();

    public static async Task<MonitoredApp> StartAsync()
    {
        var app = new MonitoredApp(await FlakyHost.StartAsync());
        await app._app.StartAsync();
        return app;
    }

    public void StartRedis() => _redis = LocalServer.Start(
        "redis-server", Path.GetTempPath(), "--port", $"{_redisPort}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");

    public async Task ConnectedAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        while (!_app.Services.GetRequiredService<ICircuitBackplaneStatus>().IsConnected)
        {
            await Task.Delay(100, limit.Token);
        }
    }

    public void StopRedis() => _redis?.Dispose();

    public async Task CallAsync(CancellationToken token = default)
    {
        var http = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        using var response = await http.GetAsync("/", token).WaitAsync(_limit, token);
    }

    /// <summary>Makes 50 calls per second until it is canceled.</summary>
    public async Task CallUntilCanceledAsync(CancellationToken token)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await timer.WaitForNextTickAsync(token))
            {
                await CallAsync(token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The test has seen everything that it waits for.
        }
    }

    /// <summary>Makes the host fail, and calls until the circuit is open.</summary>
    public Task OpenAsync() => CallUntilAsync(HttpStatusCode.InternalServerError, CircuitState.Open);

    /// <summary>Makes the host healthy, and calls until the circuit is closed.</summary>
    public Task HealAsync() => CallUntilAsync(HttpStatusCode.OK, CircuitState.Closed);

    /// <summary>Isolates a circuit that no call uses.</summary>
    public void Isolate() => Circuits.Isolate(_isolated);

    public void ResetIsolation() => Assert.True(Circuits.Reset(_isolated));

    public CircuitState? StateOfIsolated => Circuits.Find(_isolated)?.State;

    public async Task<string> ScrapeAsync()
    {
        using var prometheus = new HttpClient { BaseAddress = Address, Timeout = _limit };
        return await prometheus.GetStringAsync("/metrics");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _host.DisposeAsync();
        _redis?.Dispose();
    }

    private async Task CallUntilAsync(HttpStatusCode status, CircuitState state)
    {
        _host.Status = status;
        using var limit = new CancellationTokenSource(_limit);
        while (Circuits.Find(_key)?.State != state)
        {
            await CallAsync(limit.Token);
        }
    }
}
