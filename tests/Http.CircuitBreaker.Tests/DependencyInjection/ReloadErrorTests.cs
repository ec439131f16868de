using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>Invalid changes, changes that need a restart, and changes during calls.</summary>
public sealed class ReloadErrorTests
{
    private const string Uri = "https://host/";

    [Fact]
    public async Task Invalid_configuration_change_keeps_the_settings_and_is_logged_once()
    {
        using var app = ConfigurationApp.With("'Mode': 'Observe'");
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker();
        await app.IsRejected("a", Uri);
        await app.IsRejected("b", Uri);

        app.Change("'Mode': 'Disabled', 'FailureRatio': 7");

        const string Error = "HttpCircuitBreaker:FailureRatio: '7' is out of range; it must be above 0 and at most 1, for example 0.5 for 50 %";
        Assert.Equal((CircuitBreakerMode.Observe, Error), (app.Circuit("a", Uri).Mode, app.Circuit("a", Uri).ConfigurationError));
        Assert.Equal((CircuitBreakerMode.Observe, Error), (app.Circuit("b", Uri).Mode, app.Circuit("b", Uri).ConfigurationError));
        Assert.All(app.Circuits.GetSnapshots(), snapshot => Assert.Equal(Error, snapshot.ConfigurationError));
        var entry = Assert.Single(Warnings(app));
        Assert.Equal((LogLevel.Error, "ReloadFailed"), (entry.Level, entry.Id.Name));
        Assert.Contains(Error, entry.Message, StringComparison.Ordinal);
        Assert.Matches("settings: '(a', 'b|b', 'a)'", entry.Message);
    }

    [Fact]
    public async Task Next_valid_configuration_change_applies_and_clears_the_error()
    {
        using var app = ConfigurationApp.With("'Mode': 'Observe'");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);

        app.Change("'FailureRatio': 7");
        app.Change("'FailureRatio': 7");
        app.Change("'Mode': 'Disabled'");
        var circuit = app.Circuit("client", Uri);
        Assert.Equal((CircuitBreakerMode.Disabled, null), (circuit.Mode, circuit.ConfigurationError));
        Assert.Single(Warnings(app));

        app.Change("'FailureRatio': 7");
        Assert.Equal(2, Warnings(app).Count);
    }

    [Fact]
    public async Task Second_reload_with_another_error_is_logged_and_shown_in_the_snapshot()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);

        app.Change("'FailureRatio': 7");
        app.Change("'FailureRatio': 8");

        Assert.Equal(2, Warnings(app).Count);
        Assert.Contains("'8'", app.Circuit("client", Uri).ConfigurationError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_error_of_one_client_does_not_prevent_the_reload_of_another()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker();
        await app.IsRejected("a", Uri);
        await app.IsRejected("b", Uri);

        app.Change("'Mode': 'Observe', 'Clients': { 'a': { 'FailureRatio': 7 } }");

        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("a", Uri).Mode);
        Assert.Equal((CircuitBreakerMode.Observe, null), (app.Circuit("b", Uri).Mode, app.Circuit("b", Uri).ConfigurationError));
    }

    [Fact]
    public async Task Settings_are_kept_if_an_options_delegate_throws_during_a_reload()
    {
        using var app = ConfigurationApp.With("");
        var throws = false;
        app.AddClient("client").AddCircuitBreaker(options => _ = throws ? throw new InvalidOperationException("no luck") : options);
        await app.IsRejected("client", Uri);

        throws = true;
        app.Change("'Mode': 'Observe'");

        var circuit = app.Circuit("client", Uri);
        Assert.Equal((CircuitBreakerMode.Enforce, "no luck"), (circuit.Mode, circuit.ConfigurationError));
    }

    [Fact]
    public async Task Change_of_the_circuit_scope_is_ignored_and_logged_once_while_other_changes_apply()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);

        app.Change("'Scope': 'Host', 'Mode': 'Observe'");
        app.Change("'Scope': 'Host', 'Mode': 'Disabled'");

        var circuit = app.Circuit("client", Uri);
        Assert.Equal((CircuitBreakerMode.Disabled, "https", null), (circuit.Mode, circuit.Key.Scheme, circuit.ConfigurationError));
        var warning = Assert.Single(Warnings(app));
        Assert.Equal((LogLevel.Warning, "ScopeChangeIgnored"), (warning.Level, warning.Id.Name));
        Assert.Equal("Client 'client' keeps the scope Origin. The change to Host takes effect after a restart.", warning.Message);
    }

    [Fact]
    public async Task Section_of_the_applications_configuration_passed_in_code_is_reloaded()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker(app.Configuration!.GetSection("HttpCircuitBreaker"));
        await app.IsRejected("client", Uri);

        app.Change("'Scope': 'Host', 'Mode': 'Observe'");

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", Uri).Mode);
        Assert.Single(Warnings(app));
    }

    [Fact]
    public async Task Section_of_another_configuration_passed_in_code_is_reloaded()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var file = new ConfigurationFile(ConfigurationText.Root(""));
        app.AddClient("client").AddCircuitBreaker(ConfigurationText.Watched(file).GetSection("HttpCircuitBreaker"));
        await app.IsRejected("client", Uri);

        file.Change(ConfigurationText.Root("'Mode': 'Observe'"));

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", Uri).Mode);
    }

    [Fact]
    public async Task Configuration_change_after_the_container_is_disposed_has_no_effect()
    {
        var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);
        var circuits = app.Circuits;
        app.Dispose();

        app.Change("'Mode': 'Observe'");

        Assert.Equal(CircuitBreakerMode.Enforce, Assert.Single(circuits.GetSnapshots()).Mode);
    }

    [Fact]
    public async Task Circuits_created_during_a_reload_have_the_new_settings()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        var client = app.Client("client");
        CircuitBreakerMode[] modes = [CircuitBreakerMode.Observe, CircuitBreakerMode.Disabled, CircuitBreakerMode.Enforce];
        for (var round = 0; round < 100; round++)
        {
            var hosts = Enumerable.Range(0, 40).Select(host => new Uri($"https://host{round}-{host}/"));
            var creating = hosts.Chunk(20).Select(some => Task.Run(async () =>
            {
                foreach (var host in some)
                {
                    using var response = await client.GetAsync(host);
                }
            })).ToList();

            app.Change($"'Mode': '{modes[round % 3]}'");
            await Task.WhenAll(creating);

            Assert.DoesNotContain(app.Circuits.GetSnapshots(), snapshot => snapshot.Mode != modes[round % 3]);
        }
    }

    private static List<FakeLogRecord> Warnings(ConfigurationApp app) =>
        [.. app.Log.GetSnapshot().Where(entry => entry.Level >= LogLevel.Warning)];
}
