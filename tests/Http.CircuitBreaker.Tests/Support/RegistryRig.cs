using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A container whose clients have circuit breakers, with a fake clock, a stub host and recorded logs.</summary>
internal sealed class RegistryRig : IDisposable
{
    private readonly FakeLogCollector _logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
    private readonly ServiceProvider _services;
    private readonly FakeLoggerProvider _loggers;

    public RegistryRig(Action<CircuitBreakerOptions> configure)
        : this(["c"], configure)
    {
    }

    public RegistryRig(IEnumerable<string> clients, Action<CircuitBreakerOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        _loggers = new FakeLoggerProvider(_logs);
        Inner = new StubHandler((request, token) => Answer(request, token));
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_loggers).AddFilter("System", LogLevel.None));
        foreach (var name in clients)
        {
            services.AddHttpClient(name)
                .ConfigurePrimaryHttpMessageHandler(() => Inner)
                .AddCircuitBreaker(options =>
                {
                    (options.BreakJitter, options.ConsecutiveFailuresDuration) = (0, TimeSpan.Zero);
                    (options.BreakDuration, options.MaxBreakDuration) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
                    configure?.Invoke(options);
                });
        }

        add?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();

    public StubHandler Inner { get; }

    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } =
        (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

    public ICircuitRegistry Registry => _services.GetRequiredService<ICircuitRegistry>();

    public T Service<T>()
        where T : class => _services.GetRequiredService<T>();

    public ClientCircuits Circuits => _services.GetRequiredService<CircuitRegistry>().Client("c");

    /// <summary>The scope that identifies the meters of this container.</summary>
    public object MeterScope => _services.GetRequiredService<IMeterFactory>();

    public static CircuitKey KeyOf(string url, string client = "c") => CircuitKey.FromUri(client, new Uri(url));

    public static string FirstSentence(FakeLogRecord record) =>
        record.Message[..(record.Message.IndexOf(". ", StringComparison.Ordinal) + 1)];

    public HttpClient Client(string name = "c") => _services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>Creates another handler over the same circuits.</summary>
    public CircuitBreakerHandler NewHandler() =>
        new(Circuits, _services.GetRequiredService<CircuitTelemetry>(), Registry) { InnerHandler = Inner };

    /// <summary>Calls another handler over the same circuits, without the client factory and its own activities.</summary>
    public HttpMessageInvoker NewInvoker() => new(NewHandler(), disposeHandler: false);

    public Task<HttpResponseMessage> GetAsync(string url, CancellationToken token = default) =>
        Client().SendAsync(new HttpRequestMessage(HttpMethod.Get, url), HttpCompletionOption.ResponseHeadersRead, token);

    public CircuitSnapshot Circuit(string url) =>
        Registry.Find(KeyOf(url)) ?? throw new InvalidOperationException("There is no such circuit.");

    /// <summary>Makes every host answer with this status.</summary>
    public void AnswerWith(HttpStatusCode status) => Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

    /// <summary>Fails calls to one host until its circuit opens, then makes every host succeed.</summary>
    public async Task OpenAsync(string url)
    {
        AnswerWith(HttpStatusCode.InternalServerError);
        while (Registry.Find(KeyOf(url)) is not { State: CircuitState.Open })
        {
            await GetAsync(url);
        }

        AnswerWith(HttpStatusCode.OK);
    }

    public IReadOnlyList<FakeLogRecord> Logs(string eventName) => [.. Logs().Where(record => record.Id.Name == eventName)];

    /// <summary>All events except those about the settings.</summary>
    public IReadOnlyList<FakeLogRecord> Logs() =>
    [
        .. _logs.GetSnapshot().Where(record => record.Category == "Http.CircuitBreaker" && record.Id.Name != "SettingsLoaded"),
    ];

    public MetricCollector<T> Collect<T>(string instrument)
        where T : struct =>
        new(_services.GetRequiredService<IMeterFactory>(), "Http.CircuitBreaker", instrument);

    public void Dispose()
    {
        _services.Dispose();
        _loggers.Dispose();
        Inner.Dispose();
    }
}
