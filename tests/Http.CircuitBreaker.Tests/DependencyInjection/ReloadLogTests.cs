using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>A valid reload is logged once for each client that it changes, with the old and new values.</summary>
public sealed class ReloadLogTests
{
    private const string Uri = "https://host/";

    [Fact]
    public async Task Changed_options_are_logged_with_their_old_and_new_values()
    {
        using var app = await AppAsync("'Mode': 'Observe', 'SlowCallDuration': '00:00:05'");

        app.Change("'FailureStatusCodes': [ '500', '503' ], 'BreakDuration': '00:00:02', 'FailureRatio': 0.25");

        Assert.Equal(
            "The changed configuration of client 'a' is valid and applies now: Mode: Observe -> Enforce, FailureRatio: 0.5 -> 0.25, "
            + "SlowCallDuration: 00:00:05 -> null, BreakDuration: 00:00:01 -> 00:00:02, FailureStatusCodes: null -> [500, 503].",
            Assert.Single(Logs(app)));
    }

    [Fact]
    public async Task Changed_options_of_hosts_and_ports_are_logged_unless_they_are_inherited()
    {
        using var app = await AppAsync("'Hosts': { 'x': { 'FailureRatio': 0.1 }, 'y': { 'Mode': 'Observe' } }");

        app.Change("'MinimumThroughput': 20, 'Hosts': { 'x': { 'FailureRatio': 0.2, '8443': { 'Mode': 'Disabled' } } }");

        Assert.EndsWith(
            "now: MinimumThroughput: 10 -> 20, x FailureRatio: 0.1 -> 0.2, y Mode: Observe -> Enforce, "
            + "x:8443 Mode: Enforce -> Disabled, x:8443 FailureRatio: 0.1 -> 0.2.",
            Assert.Single(Logs(app)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_clients_whose_options_changed_are_logged()
    {
        using var app = await AppAsync("'FailureRatio': 0.3", "a", "b");

        app.Change("'FailureRatio': 0.3");
        Assert.Empty(Logs(app));
        app.Change("'FailureRatio': 0.3, 'Clients': { 'b': { 'HalfOpenProbes': 3 } }");

        Assert.Equal("The changed configuration of client 'b' is valid and applies now: HalfOpenProbes: 1 -> 3.", Assert.Single(Logs(app)));
    }

    [Fact]
    public async Task Return_to_valid_settings_is_logged_even_if_no_option_has_changed()
    {
        using var app = await AppAsync("'FailureRatio': 0.3");

        app.Change("'FailureRatio': 7");
        app.Change("'FailureRatio': 0.3");

        Assert.EndsWith("applies now: no option has changed.", Assert.Single(Logs(app)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_entry_for_a_thousand_changed_options_is_truncated()
    {
        using var app = await AppAsync("");

        app.Change($"'Hosts': {{ {string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"'h{i}': {{ 'FailureRatio': 0.2 }}"))} }}");

        var log = Assert.Single(Logs(app));
        Assert.EndsWith(" and 980 more.", log, StringComparison.Ordinal);
        Assert.True(log.Length < 1000, log);
    }

    private static async Task<ConfigurationApp> AppAsync(string section, params string[] clients)
    {
        var app = ConfigurationApp.With(section);
        foreach (var client in clients.DefaultIfEmpty("a"))
        {
            app.AddClient(client).AddCircuitBreaker();
        }

        foreach (var client in clients.DefaultIfEmpty("a"))
        {
            await app.IsRejected(client, Uri);
        }

        return app;
    }

    private static List<string> Logs(ConfigurationApp app) =>
    [
        .. app.Log.GetSnapshot().Where(entry => entry.Id.Name == "SettingsChanged" && entry.Level == LogLevel.Information).Select(entry => entry.Message),
    ];
}
