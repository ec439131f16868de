using Http.CircuitBreaker.Registry;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Soak;

/// <summary>An application with three clients and many hosts, a fake clock, and configuration that can be reloaded.</summary>
internal sealed class SoakApp : IDisposable
{
    /// <summary>The client whose circuits are never evicted, so that all of their counters can be checked.</summary>
    public const string Kept = "kept";

    /// <summary>The client with more hosts than MaxCircuits. Some reloads disable its breaker.</summary>
    public const string Few = "few";

    /// <summary>
    /// The client with a slow-call limit. The clock advances during its calls, so callers cannot predict which of them are slow.
    /// </summary>
    public const string Slow = "slow";

    private static readonly (string Client, Uri Host)[] _hosts =
    [
        .. CreateHosts(Kept, "plain", 4),
        .. CreateHosts(Kept, "timed", 2),
        .. CreateHosts(Few, "one", 12),
        .. CreateHosts(Slow, "dozing", 2),
    ];

    private readonly StubHandler _inner;
    private readonly ConfigurationFile _file = new(ConfigurationText.Root(Settings(new Random(1))));
    private readonly ServiceProvider _services;

    public SoakApp()
    {
        _inner = new StubHandler(Hosts.RespondAsync);
        var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ICircuitObserver>(Events)
            .AddSingleton<IConfiguration>(ConfigurationText.Watched(_file));
        foreach (var (client, timeout) in new[] { (Kept, Timeout.InfiniteTimeSpan), (Few, Timeout.InfiniteTimeSpan), (Slow, TimeSpan.FromSeconds(0.3)) })
        {
            services.AddHttpClient(client)
                .SetHandlerLifetime(TimeSpan.FromSeconds(1))
                .ConfigurePrimaryHttpMessageHandler(() => _inner)
                .AddCircuitBreaker(options => options.ClientTimeout = timeout);
        }

        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; } = new();

    public SoakHosts Hosts { get; } = new();

    public SoakEvents Events { get; } = new();

    public SoakTotals Totals { get; } = new();

    public ICircuitRegistry Registry => _services.GetRequiredService<ICircuitRegistry>();

    public static (string Client, Uri Host) Pick(Random random) => _hosts[random.Next(_hosts.Length)];

    /// <summary>Whether calls to the host have a CallTimeout. Callers do not cancel these calls.</summary>
    public static bool IsTimed(Uri host) => host.Host.StartsWith("timed", StringComparison.Ordinal);

    public HttpClient Client(string name) => _services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    public ClientCircuits Circuits(string client) => _services.GetRequiredService<CircuitRegistry>().Client(client);

    public void Reload(Random random) => _file.Change(ConfigurationText.Root(Settings(random)));

    public void ReloadInvalid() => _file.Change(ConfigurationText.Root("'FailureRatio': 2"));

    /// <summary>Reloads settings in which every circuit is enforced.</summary>
    public void ReloadEnforced() => _file.Change(ConfigurationText.Root(Settings(new Random(1), mode: "Enforce")));

    public void Dispose()
    {
        _services.Dispose();
        _inner.Dispose();
    }

    private static IEnumerable<(string Client, Uri Host)> CreateHosts(string client, string name, int count) =>
        Enumerable.Range(0, count).Select(i => (client, new Uri($"http://{name}{i}/")));

    // Breaks, windows and probe timeouts are short compared with the steps of the clock, so that each of them elapses many times.
    private static string Settings(Random random, string? mode = null) =>
        $$"""
        'Mode': '{{mode ?? Any(random, "Enforce", "Enforce", "Enforce", "Observe")}}',
        'FailureRatio': {{Any(random, "0.2", "0.5", "0.9")}},
        'MinimumThroughput': {{random.Next(2, 10)}},
        'SamplingDuration': '00:00:0{{random.Next(1, 5)}}',
        'ConsecutiveFailures': {{Any(random, "null", "3", "8")}},
        'ConsecutiveFailuresDuration': '00:00:00.{{Any(random, "000", "050")}}',
        'BreakDuration': '00:00:00.1',
        'MaxBreakDuration': '00:00:00.4',
        'BreakJitter': 0.5,
        'HalfOpenProbes': {{random.Next(1, 4)}},
        'ProbeTimeout': '00:00:00.{{random.Next(1, 4)}}',
        'RecoveryRamp': '{{Any(random, "AfterRelapse", "Always", "Never")}}',
        'RecoveryDuration': '00:00:00.2',
        'RetryAfterHandling': '{{Any(random, "Ignore", "Extend", "Open")}}',
        'Clients': {
            '{{Few}}': { 'MaxCircuits': 3, 'Mode': '{{mode ?? Any(random, "Enforce", "Enforce", "Enforce", "Disabled")}}' },
            '{{Slow}}': { 'SlowCallDuration': '00:00:00.1' }
        },
        'Hosts': { 'timed0': { 'CallTimeout': '00:00:00.1' }, 'timed1': { 'CallTimeout': '00:00:00.3' } }
        """;

    private static string Any(Random random, params string[] values) => values[random.Next(values.Length)];
}
