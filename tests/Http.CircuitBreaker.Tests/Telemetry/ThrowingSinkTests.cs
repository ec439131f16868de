using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Http.CircuitBreaker.DependencyInjection;
using Http.CircuitBreaker.Telemetry;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.Telemetry;

/// <summary>Every logger and listener always throws. Callers still get their responses and the circuit still works.</summary>
[Collection(HandlerAlone.Name)]
public sealed class ThrowingSinkTests : IDisposable
{
    private const string Url = "http://host/";

    // Activity listeners are global to the process, so these tests run alone.
    private readonly ActivityListener _activities = new()
    {
        ShouldListenTo = source => source.Name == "Http.CircuitBreaker",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        ActivityStarted = _ => throw new IOException("exporter gone"),
        ActivityStopped = _ => throw new IOException("exporter gone"),
    };

    private readonly MeterListener _metrics = new();
    private bool _throwsOnPublication;

    public ThrowingSinkTests()
    {
        ActivitySource.AddActivityListener(_activities);
        _metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Http.CircuitBreaker" && !instrument.IsObservable)
            {
                listener.EnableMeasurementEvents(instrument);
                _ = _throwsOnPublication ? throw new IOException("exporter gone") : instrument;
            }
        };
        _metrics.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException("exporter gone"));
        _metrics.SetMeasurementEventCallback<double>((_, _, _, _) => throw new IOException("exporter gone"));
        _metrics.Start();
    }

    [Theory]
    [InlineData(RejectionMode.Response)]
    [InlineData(RejectionMode.Exception)]
    public async Task Failures_and_rejections_are_the_same_if_loggers_and_listeners_throw(RejectionMode mode)
    {
        using var rig = Rig(options => options.RejectionMode = mode);
        await FailUntilOpenAsync(rig);

        if (mode == RejectionMode.Response)
        {
            Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());
        }
        else
        {
            await Assert.ThrowsAsync<CircuitOpenException>(() => rig.GetAsync(Url));
        }
    }

    [Fact]
    public async Task Callers_activity_stays_current_if_an_activity_listener_throws()
    {
        using var rig = Rig(_ => { });
        await FailUntilOpenAsync(rig);
        using var callers = new Activity("caller").Start();

        Assert.True((await rig.NewInvoker().SendAsync(new HttpRequestMessage(HttpMethod.Get, Url), default)).IsCircuitOpen());

        Assert.Same(callers, Activity.Current);
    }

    [Fact]
    public async Task Metrics_are_published_later_if_a_listener_throws_when_they_are_created()
    {
        _throwsOnPublication = true;
        using var rig = Rig(_ => { });
        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync(Url)).StatusCode);
        _throwsOnPublication = false;
        using var requests = rig.Collect<long>("http_circuit_breaker.requests");

        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync(Url)).StatusCode);

        requests.RecordObservableInstruments();
        Assert.Equal(2, requests.GetMeasurementSnapshot()[0].Value);
    }

    [Fact]
    public async Task Standalone_handler_works_if_a_listener_throws_when_the_metrics_are_created()
    {
        _throwsOnPublication = true;
        using var metrics = new CircuitMetrics(() => null);
        var registry = StandaloneRegistry.Join(new CircuitBreakerOptions(), null, null, null, metrics);
        using var handler = new CircuitBreakerHandler(registry.Client, registry.Telemetry, registry) { InnerHandler = new StubHandler(HttpStatusCode.OK) };
        using var invoker = new HttpMessageInvoker(handler);

        Assert.Equal(HttpStatusCode.OK, (await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, Url), default)).StatusCode);
    }

    [Fact]
    public void Application_starts_if_loggers_throw()
    {
        using var app = ConfigurationApp.With("'Clients': { 'unknown': { } }, 'Hosts': { 'host': { '80': { } } }, 'Scope': 'Client'");
        app.Services.AddLogging(logging => logging.AddProvider(new ThrowingLoggers()));
        app.Services.ConfigureHttpClientDefaults(client => client.AddCircuitBreaker());

        app.Provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.Contains(app.Log.GetSnapshot(), entry => entry.Id.Name == "UnknownClient");
    }

    [Fact]
    public async Task Background_probes_continue_if_loggers_and_listeners_throw()
    {
        using var rig = Rig(options => options.ProbePath = "/health");
        await FailUntilOpenAsync(rig);
        rig.AnswerWith(HttpStatusCode.OK);
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.True((await rig.GetAsync(Url)).IsCircuitOpen());

        Assert.True(SpinWait.SpinUntil(() => rig.Circuit(Url).State == CircuitState.Closed, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Body_failures_are_the_same_if_loggers_and_listeners_throw()
    {
        using var rig = Rig(_ => { });
        rig.Answer = (_, _) => Task.FromResult(new HttpResponseMessage { Content = new Content.ScriptedContent(new IOException("reset")) });

        using var response = await rig.GetAsync(Url);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
        Assert.Equal("reset", thrown.InnerException!.Message);
        Assert.Equal(1, rig.Circuit(Url).TotalFailed);
    }

    public void Dispose()
    {
        _activities.Dispose();
        _metrics.Dispose();
    }

    private static RegistryRig Rig(Action<CircuitBreakerOptions> configure) =>
        new(["c"], configure, services => services.AddLogging(logging => logging.AddProvider(new ThrowingLoggers())));

    private static async Task FailUntilOpenAsync(RegistryRig rig)
    {
        rig.AnswerWith(HttpStatusCode.InternalServerError);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await rig.GetAsync(Url)).StatusCode);
        }

        Assert.Equal(CircuitState.Open, rig.Circuit(Url).State);
    }

    private sealed class ThrowingLoggers : ILoggerProvider, ILogger
    {
        private bool _isBreaker;

        public ILogger CreateLogger(string categoryName) => new ThrowingLoggers { _isBreaker = categoryName == "Http.CircuitBreaker" };

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _isBreaker;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("disk full");

        public void Dispose()
        {
        }
    }
}
