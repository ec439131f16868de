using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Redis.Tests.Support;

/// <summary>One instance: a container with a client "c" whose circuits are shared.</summary>
internal sealed class Instance : IAsyncDisposable
{
    public const string Url = "http://host/";

    private readonly FakeLogCollector _logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
    private readonly FakeLoggerProvider _loggers;

    public Instance(
        string address,
        string prefix,
        Host host,
        Action<RedisCircuitOptions>? redis = null,
        Action<CircuitBreakerOptions>? circuits = null,
        TimeProvider? time = null)
    {
        Host = host;
        _loggers = new FakeLoggerProvider(_logs);
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_loggers));
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => host).AddCircuitBreaker(options =>
        {
            (options.MinimumThroughput, options.ConsecutiveFailures, options.HalfOpenProbes) = (4, null, 1);
            (options.BreakDuration, options.BreakJitter, options.SamplingDuration) = (TimeSpan.FromSeconds(60), 0, TimeSpan.FromMinutes(5));
            circuits?.Invoke(options);
        });
        services.AddCircuitBreakerRedis(address).AddCircuitBreakerRedis(options =>
        {
            // The first scripts take long on a server that has just started.
            (options.Prefix, options.CommandTimeout) = (prefix, TimeSpan.FromSeconds(10));
            redis?.Invoke(options);
        });
        Services = services.BuildServiceProvider();
        Client = Services.GetRequiredService<IHttpClientFactory>().CreateClient("c");
    }

    public static CircuitKey Key { get; } = CircuitKey.FromUri("c", new Uri(Url));

    public Host Host { get; }

    public ServiceProvider Services { get; }

    public HttpClient Client { get; }

    public ICircuitRegistry Registry => Services.GetRequiredService<ICircuitRegistry>();

    public CircuitSnapshot? Circuit => Registry.Find(Key);

    public CircuitState State => Circuit?.State ?? CircuitState.Closed;

    public IReadOnlyList<FakeLogRecord> Logs(string eventName) => [.. _logs.GetSnapshot().Where(record => record.Id.Name == eventName)];

    public async Task<int> CallAsync(string url = Url)
    {
        using var response = await Client.GetAsync(new Uri(url));
        return (int)response.StatusCode;
    }

    /// <summary>Calls the failing host until the circuit opens.</summary>
    public async Task OpenAsync(string url = Url)
    {
        Host.IsFailing = true;
        for (var i = 0; i < 4 && Registry.Find(CircuitKey.FromUri("c", new Uri(url))) is not { State: CircuitState.Open }; i++)
        {
            await CallAsync(url);
        }
    }

    public Task JoinedAsync() => Eventually.TrueAsync(() => Logs("BackplaneJoined").Count > 0, "The instance does not join.");

    /// <summary>Waits for an event and returns it. It fails if there are several. A change is visible before it is logged.</summary>
    public async Task<FakeLogRecord> LogAsync(string eventName)
    {
        await Eventually.TrueAsync(() => Logs(eventName).Count > 0, $"{eventName} is not logged.");
        return Assert.Single(Logs(eventName));
    }

    public Task IsAsync(CircuitState state) => Eventually.TrueAsync(() => State == state, $"The circuit does not become {state}.");

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        _loggers.Dispose();
    }
}
