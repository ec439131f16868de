using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Later layers win: defaults, root, client, delegates (those of the client defaults first), host, port.</summary>
public sealed class PrecedenceTests
{
    private const string EveryLayer =
        """
        'MinimumThroughput': 21, 'HalfOpenProbes': 21, 'FailureRatio': 0.21,
        'BreakJitter': 0.21, 'MaxCircuits': 21, 'ConsecutiveFailures': 21,
        'Clients': { 'client': {
          'HalfOpenProbes': 22, 'FailureRatio': 0.22, 'BreakJitter': 0.22, 'MaxCircuits': 22, 'ConsecutiveFailures': 22
        } },
        'Hosts': { 'host': {
          'MinimumThroughput': 25, '8443': { 'MinimumThroughput': 26, 'ConsecutiveFailures': 26 }, 'ConsecutiveFailures': 25
        } }
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_configuration_layer_overrides_the_previous_one(bool isDefaultsFirst)
    {
        using var app = ConfigurationApp.With(EveryLayer);
        Action[] registrations =
        [
            () => app.Services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker(
                options => (options.FailureRatio, options.BreakJitter, options.MaxCircuits) = (0.23, 0.23, 23))),
            () => app.AddClient("client").AddCircuitBreaker(options => (options.BreakJitter, options.MaxCircuits) = (0.24, 24)),
        ];
        foreach (var register in isDefaultsFirst ? registrations : registrations.Reverse())
        {
            register();
        }

        var options = app.Options("client");
        Assert.Equal(TimeSpan.FromSeconds(30), options.SamplingDuration);
        Assert.Equal(21, options.MinimumThroughput);
        Assert.Equal(22, options.HalfOpenProbes);
        Assert.Equal(0.23, options.FailureRatio);
        Assert.Equal(0.24, options.BreakJitter);
        Assert.Equal(24, options.MaxCircuits);

        var host = app.Settings("client", "https://host");
        Assert.Equal((25, 25, 22, 0.24), (host.MinimumThroughput, host.ConsecutiveFailures, host.HalfOpenProbes, host.BreakJitter));
        var port = app.Settings("client", "https://host:8443");
        Assert.Equal((26, 26, 22, 0.24), (port.MinimumThroughput, port.ConsecutiveFailures, port.HalfOpenProbes, port.BreakJitter));
    }

    [Fact]
    public async Task Snapshot_contains_the_settings_in_effect_for_its_host()
    {
        using var app = ConfigurationApp.With("'FailureRatio': 0.4, 'Hosts': { 'host': { 'FailureRatio': 0.2, 'SlowCallDuration': '00:00:02' } }");
        app.AddClient("client").AddCircuitBreaker(options => options.HalfOpenProbes = 3);
        await app.IsRejected("client", "https://host/");
        await app.IsRejected("client", "https://other/");

        var host = app.Circuit("client", "https://host/").Settings;
        var other = app.Circuit("client", "https://other/").Settings;
        Assert.Equal(CircuitBreakerOptionTable.Table.Rows.Select(row => row.Key), host.Keys);
        Assert.Equal(("0.2", "00:00:02", "3"), (host["FailureRatio"], host["SlowCallDuration"], host["HalfOpenProbes"]));
        Assert.Equal(("0.4", "null", "3"), (other["FailureRatio"], other["SlowCallDuration"], other["HalfOpenProbes"]));
        Assert.Same(host, app.Circuit("client", "https://host/").Settings);

        app.Change("'FailureRatio': 0.5");
        Assert.Equal("0.5", app.Circuit("client", "https://host/").Settings["FailureRatio"]);
    }

    [Fact]
    public void Port_inherits_the_settings_of_its_host()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'host': { '8443': { 'HalfOpenProbes': 7 }, 'MinimumThroughput': 5 } }");
        app.AddClient("client").AddCircuitBreaker();

        var port = app.Settings("client", "https://host:8443");
        Assert.Equal((7, 5), (port.HalfOpenProbes, port.MinimumThroughput));
    }

    [Fact]
    public void Options_delegates_run_in_registration_order()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client")
            .AddCircuitBreaker(options => options.MinimumThroughput = 1)
            .AddCircuitBreaker(options => options.MinimumThroughput++);

        Assert.Equal(2, app.Options("client").MinimumThroughput);
    }

    [Fact]
    public void Default_values_and_options_delegates_apply_if_there_is_no_configuration()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.MinimumThroughput = 3);

        Assert.Equal((3, 0.5), (app.Options("client").MinimumThroughput, app.Options("client").FailureRatio));
    }

    [Fact]
    public void Configuration_section_passed_in_code_replaces_the_root_section_for_one_client()
    {
        using var app = ConfigurationApp.With("'MinimumThroughput': 2, 'HalfOpenProbes': 2, 'Hosts': { 'a': { 'HalfOpenProbes': 9 } }");
        var own = ConfigurationText.Json(
            "'MinimumThroughput': 5, 'Clients': { 'client': { 'FailureRatio': 0.9 } }, 'Hosts': { 'b': { 'HalfOpenProbes': 8 } }");
        app.AddClient("client").AddCircuitBreaker(own.GetSection("HttpCircuitBreaker"));
        app.AddClient("other").AddCircuitBreaker();

        var options = app.Options("client");
        Assert.Equal((5, 1, 0.9), (options.MinimumThroughput, options.HalfOpenProbes, options.FailureRatio));
        Assert.Equal((1, 8), (app.Settings("client", "https://a").HalfOpenProbes, app.Settings("client", "https://b").HalfOpenProbes));
        Assert.Equal((2, 2), (app.Options("other").MinimumThroughput, app.Options("other").HalfOpenProbes));
    }

    [Fact]
    public void Configuration_section_passed_for_all_clients_applies_to_clients_without_a_separate_section()
    {
        using var app = ConfigurationApp.With("'MinimumThroughput': 2");
        var ofDefaults = ConfigurationText.Json("'MinimumThroughput': 5").GetSection("HttpCircuitBreaker");
        var ofClient = ConfigurationText.Json("'MinimumThroughput': 6").GetSection("HttpCircuitBreaker");
        app.Services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker(ofDefaults));
        app.AddClient("client").AddCircuitBreaker(ofClient);

        Assert.Equal(6, app.Options("client").MinimumThroughput);
        Assert.Equal(5, app.Options("other").MinimumThroughput);
    }

    [Fact]
    public void Configure_and_PostConfigure_delegates_are_applied()
    {
        using var app = ConfigurationApp.With("'MinimumThroughput': 2, 'HalfOpenProbes': 2, 'MaxCircuits': 2");
        app.AddClient("client").AddCircuitBreaker(options => options.MaxCircuits = 3);
        app.Services.Configure<CircuitBreakerOptions>("client", options => (options.MinimumThroughput, options.MaxCircuits) = (4, 4));
        app.Services.PostConfigure<CircuitBreakerOptions>("client", options => options.HalfOpenProbes = 5);

        var options = app.Options("client");
        Assert.Equal((4, 5, 4), (options.MinimumThroughput, options.HalfOpenProbes, options.MaxCircuits));
    }

    [Fact]
    public void Host_settings_override_values_set_by_PostConfigure()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'host': { 'HalfOpenProbes': 7 } }");
        app.AddClient("client").AddCircuitBreaker();
        app.Services.PostConfigure<CircuitBreakerOptions>("client", options => (options.HalfOpenProbes, options.MinimumThroughput) = (5, 5));

        var host = app.Settings("client", "https://host");
        Assert.Equal((7, 5), (host.HalfOpenProbes, host.MinimumThroughput));
    }

    [Fact]
    public void IOptionsMonitor_returns_the_options_and_throws_if_the_configuration_is_invalid()
    {
        using var app = ConfigurationApp.With("'MinimumThroughput': 2, 'Clients': { 'client': { 'HalfOpenProbes': 3 } }");
        app.AddClient("client").AddCircuitBreaker();
        var monitor = app.Provider.GetRequiredService<IOptionsMonitor<CircuitBreakerOptions>>();

        Assert.Equal((2, 3), (monitor.Get("client").MinimumThroughput, monitor.Get("client").HalfOpenProbes));
        app.Change("'HalfOpenProbes': 0");
        app.Provider.GetRequiredService<IOptionsMonitorCache<CircuitBreakerOptions>>().Clear();
        Assert.Equal(
            ["HttpCircuitBreaker:HalfOpenProbes: '0' is out of range; it must be from 1 to 100"],
            Assert.Throws<OptionsValidationException>(() => monitor.Get("client")).Failures);
    }

    [Fact]
    public void Configuration_does_not_change_the_options_of_a_client_without_a_breaker()
    {
        using var app = ConfigurationApp.With("'MinimumThroughput': 2");
        app.AddClient("client").AddCircuitBreaker(options => options.HalfOpenProbes = 5);
        app.AddClient("plain");

        Assert.Equal((10, 1), (app.Options("plain").MinimumThroughput, app.Options("plain").HalfOpenProbes));
        Assert.Equal(10, app.Options("").MinimumThroughput);
    }
}
