using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>Edits that are wrong, edits that need a restart, and edits while calls are made.</summary>
public sealed class ReloadErrorTests
{
    private const string Uri = "https://host/";

    [Fact]
    public async Task A_wrong_edit_keeps_the_last_good_settings_and_is_logged_once_for_all_clients_and_shown()
    {
        using var app = ConfigurationApp.With("'Mode': 'Observe'");
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker();
        await app.IsRejected("a", Uri);
        await app.IsRejected("b", Uri);

        app.Change("'Mode': 'Disabled', 'FailureRatio': 7");

        const string Fault = "HttpCircuitBreaker:FailureRatio: '7' is out of range; it must be above 0 and at most 1";
        Assert.Equal((CircuitBreakerMode.Observe, Fault), (app.Circuit("a", Uri).Mode, app.Circuit("a", Uri).ConfigurationError));
        Assert.Equal((CircuitBreakerMode.Observe, Fault), (app.Circuit("b", Uri).Mode, app.Circuit("b", Uri).ConfigurationError));
        Assert.All(app.Circuits.GetSnapshots(), snapshot => Assert.Equal(Fault, snapshot.ConfigurationError));
        var entry = Assert.Single(Warnings(app));
        Assert.Equal((LogLevel.Error, "ReloadFailed"), (entry.Level, entry.Id.Name));
        Assert.Contains(Fault, entry.Message, StringComparison.Ordinal);
        Assert.Matches("client '(a', 'b|b', 'a)'", entry.Message);
    }

    [Fact]
    public async Task The_next_good_edit_holds_and_clears_the_fault()
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
    public async Task Another_fault_is_logged_and_shown_anew()
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
    public async Task A_fault_of_one_client_does_not_keep_the_other_from_its_new_settings()
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
    public async Task A_delegate_that_throws_at_a_reload_is_a_wrong_edit()
    {
        using var app = ConfigurationApp.With("");
        var isFaulty = false;
        app.AddClient("client").AddCircuitBreaker(options => _ = isFaulty ? throw new InvalidOperationException("no luck") : options);
        await app.IsRejected("client", Uri);

        isFaulty = true;
        app.Change("'Mode': 'Observe'");

        Assert.Equal((CircuitBreakerMode.Enforce, "no luck"), (app.Circuit("client", Uri).Mode, app.Circuit("client", Uri).ConfigurationError));
    }

    [Fact]
    public async Task A_new_scope_needs_a_restart_and_says_so_once_while_the_rest_of_the_edit_holds()
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
        Assert.Equal("The scope of client 'client' stays Origin: the change to Host needs a restart.", warning.Message);
    }

    [Fact]
    public async Task A_section_of_the_same_configuration_that_is_passed_in_code_is_reloaded_too()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker(app.Configuration!.GetSection("HttpCircuitBreaker"));
        await app.IsRejected("client", Uri);

        app.Change("'Scope': 'Host', 'Mode': 'Observe'");

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", Uri).Mode);
        Assert.Single(Warnings(app));
    }

    [Fact]
    public async Task A_section_of_another_configuration_that_is_passed_in_code_is_reloaded_too()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var file = new ConfigurationFile(ConfigurationText.Root(""));
        app.AddClient("client").AddCircuitBreaker(ConfigurationText.Watched(file).GetSection("HttpCircuitBreaker"));
        await app.IsRejected("client", Uri);

        file.Change(ConfigurationText.Root("'Mode': 'Observe'"));

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", Uri).Mode);
    }

    [Fact]
    public async Task After_the_container_is_gone_an_edit_changes_nothing_any_more()
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
    public async Task Circuits_that_are_created_during_a_reload_have_the_new_settings()
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
