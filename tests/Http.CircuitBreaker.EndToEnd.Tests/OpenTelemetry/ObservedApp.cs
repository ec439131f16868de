using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Http.CircuitBreaker.EndToEnd.Tests.OpenTelemetry;

/// <summary>An application with a client of a flaky host and the OpenTelemetry SDK for logs, metrics and traces.</summary>
internal sealed class ObservedApp : IAsyncDisposable
{
    /// <summary>A client name that no other test uses.</summary>
    public const string Client = "observed";

    private readonly ActivitySource _callers = new("Callers");
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentCollection<Activity> _spans = [];
    private readonly ConcurrentCollection<LogRecord> _logs = [];
    private readonly ConcurrentCollection<Metric> _metrics = [];
    private readonly BaseExportingMetricReader _reader;
    private readonly WebApplication _app;

    private ObservedApp(FlakyHost host)
    {
        Host = host;
        _reader = new BaseExportingMetricReader(new InMemoryExporter<Metric>(_metrics));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddHttpClient(Client, client => client.BaseAddress = host.Address).AddCircuitBreaker(options =>
            (options.ConsecutiveFailures, options.ConsecutiveFailuresDuration, options.HalfOpenProbes, options.BreakJitter) = (4, TimeSpan.Zero, 2, 0));
        builder.Logging.ClearProviders().AddOpenTelemetry(logging => logging.AddInMemoryExporter(_logs));
        ReadmeWiring.AddTo(builder);
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddReader(_reader)
                .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0))
            .WithTracing(tracing => tracing
                .AddSource(_callers.Name)
                .AddHttpClientInstrumentation()
                .AddInMemoryExporter(_spans));
        _app = builder.Build();
        _app.MapPrometheusScrapingEndpoint();
    }

    public FlakyHost Host { get; }

    public static async Task<ObservedApp> StartAsync()
    {
        var app = new ObservedApp(await FlakyHost.StartAsync());
        await app._app.StartAsync();
        return app;
    }

    /// <summary>Makes two successful calls, then failing ones until the circuit is open.</summary>
    public async Task<IReadOnlyList<Activity>> OpenAsync()
    {
        var callers = new List<Activity> { await CallAsync(), await CallAsync() };
        Host.Status = HttpStatusCode.InternalServerError;
        for (var i = 0; i < 4; i++)
        {
            callers.Add(await CallAsync());
        }

        return callers;
    }

    /// <summary>Makes the host healthy and advances the time past the break.</summary>
    public void Heal()
    {
        Host.Status = HttpStatusCode.OK;
        _time.Advance(TimeSpan.FromSeconds(7.5));
    }

    /// <summary>Makes one call inside a span of the caller and returns that span.</summary>
    public async Task<Activity> CallAsync()
    {
        using var caller = _callers.StartActivity("checkout")!;
        var http = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
        using var response = await http.GetAsync("/").WaitAsync(TimeSpan.FromSeconds(60));
        return caller;
    }

    /// <summary>The exported spans of the same trace.</summary>
    public IReadOnlyList<Activity> GetSpans(Activity caller) => [.. _spans.ToList().Where(span => span.TraceId == caller.TraceId)];

    /// <summary>All events except those about the settings.</summary>
    public IReadOnlyList<LogRecord> Logs() =>
        [.. _logs.ToList().Where(record => record.CategoryName == "Http.CircuitBreaker" && record.EventId.Name != "SettingsLoaded")];

    /// <summary>Collects once and returns the points of the metric for this client.</summary>
    public IReadOnlyList<MetricPoint> Collect(string metric)
    {
        _metrics.Clear();
        Assert.True(_reader.Collect(timeoutMilliseconds: 60_000));
        return [.. _metrics.ToList().Where(exported => exported.Name == metric).SelectMany(MetricLines.Points).Where(MetricLines.IsOurs)];
    }

    public async Task<string> ScrapeAsync()
    {
        using var prometheus = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
        return await prometheus.GetStringAsync("/metrics");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Host.DisposeAsync();
        _callers.Dispose();
    }
}
