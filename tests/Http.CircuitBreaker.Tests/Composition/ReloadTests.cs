using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Http.CircuitBreaker.Tests.Composition;

/// <summary>Scenario 26: an edit of appsettings.json while the application runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogCollector _log = new();
    private readonly ReloadableConfiguration _settings = ReloadableConfiguration.From(Json("\"ConsecutiveFailures\": 3, \"BreakJitter\": 0"));
    private readonly ServiceProvider _services;
    private readonly ICircuitRegistry _circuits;

    public ReloadTests()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddSingleton<IConfiguration>(_settings.Root);
        services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(_log)));
        services.AddHttpClient("first").AddCircuitBreaker().ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.InternalServerError));
        services.AddHttpClient("second").AddCircuitBreaker().ConfigurePrimaryHttpMessageHandler(() => new StubHandler(HttpStatusCode.InternalServerError));
        _services = services.BuildServiceProvider();
        _circuits = _services.GetRequiredService<ICircuitRegistry>();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_valid_edit_leaves_a_running_break_alone_and_holds_for_the_next_decision()
    {
        await FailAsync("first", 3);
        _settings.Edit(Json("\"ConsecutiveFailures\": 5, \"BreakDuration\": \"00:00:20\", \"BreakJitter\": 0, \"HalfOpenProbes\": 1"));

        Assert.Equal(TimeSpan.FromSeconds(5), Of("first").Until - Of("first").Since);
        _time.Advance(TimeSpan.FromSeconds(5));
        await FailAsync("first", 1);
        Assert.Equal(TimeSpan.FromSeconds(40), Of("first").Until - Of("first").Since);
        await FailAsync("second", 4);
        Assert.Equal(CircuitState.Closed, Of("second").State);
        await FailAsync("second", 1);
        Assert.Equal(CircuitState.Open, Of("second").State);
    }

    [Fact]
    public async Task An_invalid_edit_keeps_the_last_good_settings_is_logged_once_and_shown()
    {
        await FailAsync("first", 1);
        await FailAsync("second", 1);
        _settings.Edit(Json("\"ConsecutiveFailures\": 0, \"FailureRato\": 1"));
        _settings.Edit(Json("\"ConsecutiveFailures\": 0, \"FailureRato\": 1"));

        var error = Assert.Single(_log.GetSnapshot(), record => record.Level == LogLevel.Error);
        Assert.Contains("HttpCircuitBreaker:ConsecutiveFailures: '0' is out of range", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'FailureRatio'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("'first', 'second'", error.Message, StringComparison.Ordinal);
        Assert.All(_circuits.GetSnapshots(), snapshot => Assert.Contains("FailureRato", snapshot.ConfigurationError!, StringComparison.Ordinal));
        await FailAsync("first", 2);
        Assert.Equal(CircuitState.Open, Of("first").State);
    }

    [Fact]
    public async Task The_next_valid_edit_applies_after_an_invalid_one()
    {
        await FailAsync("first", 1);
        _settings.Edit(Json("\"ConsecutiveFailures\": 0"));
        _settings.Edit(Json("\"ConsecutiveFailures\": 2"));

        Assert.Null(Of("first").ConfigurationError);
        await FailAsync("first", 1);
        Assert.Equal(CircuitState.Open, Of("first").State);
    }

    [Fact]
    public async Task A_change_of_scope_waits_for_a_restart_and_says_so_while_the_rest_applies()
    {
        await FailAsync("first", 1);
        _settings.Edit(Json("\"Scope\": \"Client\", \"ConsecutiveFailures\": 2"));

        Assert.Equal("ScopeChangeIgnored", Assert.Single(_log.GetSnapshot(), record => record.Level == LogLevel.Warning && record.Category == "Http.CircuitBreaker").Id.Name);
        await FailAsync("first", 1);
        Assert.Equal(CircuitState.Open, Of("first").State);
    }

    [Fact]
    public async Task An_edit_for_one_client_or_host_leaves_the_others_alone()
    {
        await FailAsync("first", 1);
        await FailAsync("second", 1);
        _settings.Edit(Json("\"ConsecutiveFailures\": 3, \"Clients\": { \"second\": { \"Mode\": \"Observe\" } }"));
        Assert.Equal((CircuitBreakerMode.Enforce, CircuitBreakerMode.Observe), (Of("first").Mode, Of("second").Mode));

        _settings.Edit(Json("\"ConsecutiveFailures\": 3, \"Hosts\": { \"HOST\": { \"Mode\": \"Disabled\" } }"));
        Assert.Equal((CircuitBreakerMode.Disabled, CircuitBreakerMode.Disabled), (Of("first").Mode, Of("second").Mode));
    }

    private static string Json(string settings) => "{ \"HttpCircuitBreaker\": { " + settings + " } }";

    private CircuitSnapshot Of(string client) => _circuits.Find(CircuitKey.For(client, new Uri("http://host")))!;

    private async Task FailAsync(string client, int times)
    {
        var http = _services.GetRequiredService<IHttpClientFactory>().CreateClient(client);
        for (var i = 0; i < times; i++)
        {
            using var response = await http.GetAsync("http://host/");
            Assert.False(response.IsCircuitOpen());
        }
    }
}
