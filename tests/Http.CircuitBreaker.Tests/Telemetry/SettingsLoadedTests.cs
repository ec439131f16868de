using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.Telemetry;

/// <summary>One event for each client says which settings it uses and where they come from.</summary>
public sealed class SettingsLoadedTests
{
    private const string Uri = "https://host/";

    [Theory]
    [InlineData("", "the default settings")]
    [InlineData("'FailureRatio': 0.5", "the default settings")]
    [InlineData("'FailureRatio': 0.2, 'BreakDuration': '00:00:00.5'", "the default settings except FailureRatio: 0.2, BreakDuration: 00:00:00.5 (HttpCircuitBreaker)")]
    [InlineData(
        "'Mode': 'Observe', 'Scope': 'Host', 'FailureRatio': 0.2, 'Clients': { 'a': { 'FailureRatio': 0.3, 'ConsecutiveFailures': null } }",
        "the default settings except Mode: Observe, Scope: Host (HttpCircuitBreaker), FailureRatio: 0.3, ConsecutiveFailures: null (HttpCircuitBreaker:Clients:a)")]
    [InlineData("'FailureRatio': 0.2, 'Clients': { 'a': { 'FailureRatio': 0.5 } }", "the default settings")]
    [InlineData(
        "'Hosts': { 'x': { 'FailureRatio': 0.2, '8443': { 'Mode': 'Observe' } }, 'y': {} }",
        "the default settings; hosts with their own settings: 2")]
    public async Task Settings_that_are_not_defaults_are_logged_with_their_section(string section, string settings)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("a").AddCircuitBreaker();
        await app.IsRejected("a", Uri);

        Assert.Equal([$"The circuit breaker of client 'a' uses {settings}."], Messages(app.Log));
    }

    [Fact]
    public async Task Settings_set_in_code_are_logged()
    {
        using var app = ConfigurationApp.With("'FailureRatio': 0.2, 'MinimumThroughput': 20");
        app.AddClient("a").AddCircuitBreaker(options => (options.FailureRatio, options.Placement) = (0.3, HandlerPlacement.Innermost));
        app.Services.Configure<CircuitBreakerOptions>("a", options => options.HalfOpenProbes = 3);
        await app.IsRejected("a", Uri);

        Assert.Equal(
            [
                "The circuit breaker of client 'a' uses the default settings except FailureRatio: 0.3, HalfOpenProbes: 3 (code), "
                + "MinimumThroughput: 20 (HttpCircuitBreaker), Placement: Innermost (code).",
            ],
            Messages(app.Log));
    }

    [Fact]
    public async Task Log_entry_about_default_settings_names_the_missing_configuration_section()
    {
        using var app = ConfigurationApp.With("");
        app.File!.Change("{}");
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker(app.Configuration!.GetSection("Paymnts"));
        app.AddClient("c").AddCircuitBreaker(options => options.FailureRatio = 0.2);
        foreach (var client in (string[])["a", "b", "c"])
        {
            await app.IsRejected(client, Uri);
        }

        Assert.Equal(
            [
                "The circuit breaker of client 'a' uses the default settings; there is no section HttpCircuitBreaker.",
                "The circuit breaker of client 'b' uses the default settings; there is no section Paymnts.",
                "The circuit breaker of client 'c' uses the default settings except FailureRatio: 0.2 (code).",
            ],
            Messages(app.Log));
    }

    [Fact]
    public async Task Settings_of_each_registered_client_are_logged_once_when_the_application_starts()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddFakeLogging();
        builder.Services.AddHttpClient("a").AddCircuitBreaker();
        builder.Services.AddHttpClient("b").AddCircuitBreaker();
        builder.Services.AddHttpClient("c");
        builder.Services.ConfigureHttpClientDefaults(
            client => client.AddCircuitBreaker().ConfigurePrimaryHttpMessageHandler(() => new HandlerFixed()));
        using var host = builder.Build();
        var log = host.Services.GetFakeLogCollector();

        await host.StartAsync();
        Assert.Equal(2, Messages(log).Count);

        foreach (var client in (string[])["a", "a", "b", "c"])
        {
            await host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(client).GetAsync(new Uri(Uri));
        }

        await host.StopAsync();
        Assert.Equal(["a", "b", "c"], log.GetSnapshot().Where(IsLoaded).Select(record => record.GetStructuredStateValue("Client")));
        Assert.All(log.GetSnapshot().Where(IsLoaded), record => Assert.Equal(LogLevel.Information, record.Level));
    }

    [Fact]
    public async Task Standalone_handler_logs_its_settings_at_its_first_call()
    {
        var log = new FakeLogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        using var rig = new HandlerRig(options => options.MaxBreakDuration = null, loggers: loggers);
        Assert.Empty(log.GetSnapshot());
        await rig.SendAsync();
        await rig.SendAsync("http://other/");

        Assert.Equal(
            [
                "The circuit breaker of client '' uses the default settings except ConsecutiveFailuresDuration: 00:00:00, "
                + "BreakDuration: 00:00:05, BreakJitter: 0 (code).",
            ],
            Messages(log));
    }

    private static bool IsLoaded(FakeLogRecord record) => record.Id.Name == "SettingsLoaded";

    private static List<string> Messages(FakeLogCollector log) => [.. log.GetSnapshot().Where(IsLoaded).Select(record => record.Message)];
}
