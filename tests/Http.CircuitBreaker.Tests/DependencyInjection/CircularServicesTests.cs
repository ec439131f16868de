using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// Services that the circuit breaker uses and that use the registry, or a client with a circuit breaker, in their constructors. The
/// container would recurse until the stack overflows, or deadlock.
/// </summary>
public sealed class CircularServicesTests
{
    private const string Uri = "https://host/";
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Logger_provider_can_depend_on_the_client_factory()
    {
        using var app = App();
        app.Services.AddSingleton<ILoggerProvider, ConfigurationLoggerProvider>();

        await app.Fail("client", Uri, 1);

        Assert.Equal(CircuitState.Open, app.Circuit("client", Uri).State);
        Assert.Single(app.Provider.GetServices<ILoggerProvider>().OfType<ConfigurationLoggerProvider>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logger_provider_can_use_a_client_with_a_circuit_breaker_in_its_constructor(bool calls)
    {
        using var app = App(client => client.RemoveAllLoggers());
        app.Services.AddSingleton<ILoggerProvider>(services =>
        {
            var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("other");
            _ = calls ? client.GetAsync(new Uri(Uri)) : null;
            return new ConfigurationLoggerProvider(services.GetRequiredService<IHttpClientFactory>());
        });

        await WithinLimit(() => app.Fail("client", Uri, 1));

        Assert.Equal(CircuitState.Open, app.Circuit("client", Uri).State);
        Assert.Contains(app.Log.GetSnapshot(), entry => entry.Id.Name == "CircuitOpened");
    }

    [Fact]
    public async Task Observer_can_depend_on_the_client_factory()
    {
        using var app = App();
        app.Services.AddSingleton<ConfigurationObserver>();
        app.Services.AddSingleton<ICircuitObserver>(services => services.GetRequiredService<ConfigurationObserver>());

        await app.Fail("client", Uri, 1);

        Assert.Equal(CircuitState.Open, Assert.Single(app.Provider.GetRequiredService<ConfigurationObserver>().Changes).State);
    }

    [Fact]
    public async Task Observer_whose_constructor_opens_and_isolates_circuits_receives_these_changes()
    {
        using var app = App();
        var observer = new RegistryObserver();
        app.Services.AddSingleton<ICircuitObserver>(services =>
        {
            app.Answer = ConfigurationApp.Status(HttpStatusCode.InternalServerError);
            using var response = services.GetRequiredService<IHttpClientFactory>().CreateClient("other").Send(new HttpRequestMessage(HttpMethod.Get, Uri));
            services.GetRequiredService<ICircuitRegistry>().Isolate(CircuitKey.FromUri("other", new Uri("https://isolated/")));
            return observer;
        });

        await WithinLimit(() => app.Fail("client", Uri, 1));

        Assert.Equal(
            [("client", CircuitState.Open), ("other", CircuitState.Open), ("other", CircuitState.Isolated)],
            observer.Seen.Select(change => (change.Key.Client, change.State)));
    }

    [Fact]
    public async Task Observer_can_depend_on_the_options_monitor()
    {
        using var app = App();
        var observer = new RegistryObserver();
        app.Services.AddSingleton<ICircuitObserver>(services =>
        {
            Assert.Equal(1, services.GetRequiredService<IOptionsMonitor<CircuitBreakerOptions>>().Get("client").ConsecutiveFailures);
            return observer;
        });

        await app.Fail("client", Uri, 1);

        Assert.Equal(CircuitState.Open, Assert.Single(observer.Seen).State);
    }

    [Fact]
    public async Task Dependency_of_an_observer_can_open_a_circuit_while_another_thread_creates_the_observer()
    {
        using var app = App();
        using var creating = new ManualResetEventSlim();
        using var resolving = new ManualResetEventSlim();
        var observer = new RegistryObserver();
        app.Services.AddSingleton(services =>
        {
            creating.Set();
            Assert.True(resolving.Wait(_limit));
            using var response = services.GetRequiredService<IHttpClientFactory>().CreateClient("other").Send(new HttpRequestMessage(HttpMethod.Get, Uri));
            return new Needed();
        });
        app.Services.AddSingleton<ICircuitObserver>(services =>
        {
            resolving.Set();
            services.GetRequiredService<Needed>();
            return observer;
        });
        app.Answer = ConfigurationApp.Status(HttpStatusCode.InternalServerError);
        var provider = app.Provider;

        var needed = Task.Run(provider.GetRequiredService<Needed>);
        Assert.True(creating.Wait(_limit));
        await WithinLimit(() => app.Client("client").GetAsync(new Uri(Uri)));
        await needed.WaitAsync(_limit);

        Assert.Equal(["client", "other"], observer.Seen.Select(change => change.Key.Client));
    }

    [Fact]
    public async Task Meter_factory_can_depend_on_the_registry()
    {
        using var app = App();
        app.Services.AddSingleton<IMeterFactory>(services =>
        {
            services.GetRequiredService<ICircuitRegistry>();
            return new Meters();
        });

        await WithinLimit(() => app.Fail("client", Uri, 1));

        Assert.Equal(["Http.CircuitBreaker"], ((Meters)app.Provider.GetRequiredService<IMeterFactory>()).Names);
    }

    public static TheoryData<string> Required => ["clock", "leases", "options"];

    [Theory]
    [MemberData(nameof(Required))]
    public async Task Service_required_by_the_registry_throws_if_it_depends_on_the_registry(string service)
    {
        using var app = App();
        _ = service switch
        {
            "clock" => app.Services.AddSingleton<TimeProvider>(services => Need(services, new ConfigurationClock())),
            "leases" => app.Services.AddSingleton<IProbeLeases>(services => Need(services, new CircuitLeases())),
            _ => app.Services.AddSingleton<IConfigureOptions<CircuitBreakerOptions>>(
                services => Need(services, new ConfigureOptions<CircuitBreakerOptions>(_ => { }))),
        };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => WithinLimit(() => app.Fail("client", Uri, 1)));

        Assert.StartsWith("The circuit registry was needed while it was being created.", error.Message, StringComparison.Ordinal);
    }

    private static ConfigurationApp App(Action<IHttpClientBuilder>? configure = null)
    {
        var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        foreach (var name in (string[])["client", "other"])
        {
            var client = app.AddClient(name).AddCircuitBreaker();
            configure?.Invoke(client);
        }

        return app;
    }

    private static T Need<T>(IServiceProvider services, T service)
    {
        services.GetRequiredService<IHttpClientFactory>().CreateClient("other");
        return service;
    }

    // A deadlock must not stop the test run.
    private static Task WithinLimit(Func<Task> action) => Task.Run(action).WaitAsync(_limit);

    private sealed class Needed;

    private sealed class Meters : IMeterFactory
    {
        public List<string> Names { get; } = [];

        public Meter Create(MeterOptions options)
        {
            Names.Add(options.Name);
            return new Meter(options);
        }

        public void Dispose()
        {
        }
    }
}
