using System.Net;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>Valid changes of appsettings.json while the application is running.</summary>
public sealed class ReloadTests
{
    private const string Uri = "https://host/";
    private const string OpensAfterOneFailure =
        "'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0', 'BreakJitter': 0, 'HalfOpenProbes': 1";

    [Theory]
    [InlineData("'ConsecutiveFailures': 3, 'ConsecutiveFailuresDuration': '0'", 3)]
    [InlineData("'ConsecutiveFailures': null, 'MinimumThroughput': 4", 4)]
    public async Task Thresholds_changed_by_a_reload_apply_to_the_next_call(string section, int threshold)
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 100, 'MinimumThroughput': 100");
        app.AddClient("client").AddCircuitBreaker();
        await app.Fail("client", Uri, threshold - 1);

        app.Change(section);
        Assert.Equal(CircuitState.Closed, app.Circuit("client", Uri).State);
        await app.Fail("client", Uri, 1);

        Assert.Equal(CircuitState.Open, app.Circuit("client", Uri).State);
    }

    [Fact]
    public async Task Circuit_stays_closed_below_the_configured_thresholds()
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 100, 'MinimumThroughput': 100");
        app.AddClient("client").AddCircuitBreaker();
        await app.Fail("client", Uri, 4);

        Assert.Equal(CircuitState.Closed, app.Circuit("client", Uri).State);
    }

    [Fact]
    public async Task Reload_of_BreakDuration_applies_to_the_next_break_but_not_to_the_current_one()
    {
        using var app = ConfigurationApp.With($"{OpensAfterOneFailure}, 'BreakDuration': '00:00:30'");
        app.AddClient("client").AddCircuitBreaker();
        await app.Fail("client", Uri, 1);
        var until = app.Circuit("client", Uri).Until;

        app.Change($"{OpensAfterOneFailure}, 'BreakDuration': '00:00:01', 'MaxBreakDuration': '00:00:01'");
        Assert.Equal((CircuitState.Open, until), (app.Circuit("client", Uri).State, app.Circuit("client", Uri).Until));
        app.Time.Advance(TimeSpan.FromSeconds(29.999));
        Assert.True(await app.IsRejected("client", Uri));
        app.Time.Advance(TimeSpan.FromSeconds(0.001));
        await app.Fail("client", Uri, 1);

        var circuit = app.Circuit("client", Uri);
        Assert.Equal((CircuitState.Open, TimeSpan.FromSeconds(1)), (circuit.State, circuit.Until - circuit.Since));
    }

    [Theory]
    [InlineData("Disabled")]
    [InlineData("Observe")]
    public async Task New_mode_applies_to_the_next_call_of_an_open_circuit(string mode)
    {
        using var app = ConfigurationApp.With("'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0'");
        app.AddClient("client").AddCircuitBreaker();
        await app.Fail("client", Uri, 1);
        Assert.True(await app.IsRejected("client", Uri));

        app.Change($"'ConsecutiveFailures': 1, 'ConsecutiveFailuresDuration': '0', 'Mode': '{mode}'");

        Assert.False(await app.IsRejected("client", Uri));
    }

    [Fact]
    public async Task New_sampling_duration_starts_an_empty_window()
    {
        using var app = ConfigurationApp.With("'SamplingDuration': '00:00:30'");
        app.AddClient("client").AddCircuitBreaker();
        await app.Fail("client", Uri, 3);

        app.Change("'SamplingDuration': '00:00:01'");
        await app.Fail("client", Uri, 2);
        Assert.Equal(2, app.Circuit("client", Uri).Failed);
        app.Time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.Equal(0, app.Circuit("client", Uri).Failed);
        Assert.Equal(5, app.Circuit("client", Uri).TotalFailed);
    }

    [Fact]
    public async Task New_SlowCallDuration_applies_only_to_later_calls()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        app.Answer = (request, _) =>
        {
            app.Time.Advance(TimeSpan.FromSeconds(2));
            return ConfigurationApp.Status(HttpStatusCode.OK)(request, default);
        };
        await app.IsRejected("client", Uri);
        Assert.Equal(0, app.Circuit("client", Uri).Failed);

        app.Change("'SlowCallDuration': '00:00:02'");
        await app.IsRejected("client", Uri);
        Assert.Equal((1, "slow"), (app.Circuit("client", Uri).Failed, app.Circuit("client", Uri).LastFailureReason));
        app.Change("");
        await app.IsRejected("client", Uri);

        Assert.Equal(1, app.Circuit("client", Uri).TotalFailed);
    }

    [Fact]
    public async Task Host_settings_can_be_added_and_removed()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);
        await app.IsRejected("client", "https://other/");

        app.Change("'Hosts': { 'host': { 'Mode': 'Observe', '443': { 'Mode': 'Disabled' } } }");
        Assert.Equal(CircuitBreakerMode.Disabled, app.Circuit("client", Uri).Mode);
        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("client", "https://other/").Mode);
        app.Change("'Hosts': { 'host': { 'Mode': 'Observe' } }");
        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", Uri).Mode);
        app.Change("");

        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("client", Uri).Mode);
    }

    [Fact]
    public async Task Changing_one_clients_settings_does_not_affect_another_client()
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("a").AddCircuitBreaker();
        app.AddClient("b").AddCircuitBreaker();
        await app.IsRejected("a", Uri);
        await app.IsRejected("b", Uri);

        app.Change("'Clients': { 'a': { 'Mode': 'Observe' } }");

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("a", Uri).Mode);
        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("b", Uri).Mode);
        Assert.DoesNotContain(app.Log.GetSnapshot(), entry => entry.Level >= LogLevel.Warning);
    }
}
