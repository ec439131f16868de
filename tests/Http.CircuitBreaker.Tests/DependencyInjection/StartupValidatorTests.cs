using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>A generic host that starts with valid and with invalid settings.</summary>
public sealed class StartupValidatorTests
{
    private const string Invalid =
        """
        'FailureRatio': 1.5, 'BreakDurations': '00:00:01',
        'Clients': { 'a': { 'SamplingDuration': '30' }, 'c': {} },
        'Hosts': { 'host': { 'Scope': 'Host', 'Mode': 'Off', '8443': { 'HalfOpenProbes': 0 } }, 'x/y': {} }
        """;

    [Fact]
    public async Task Startup_exception_contains_all_errors_of_all_clients()
    {
        using var host = HostWith(Invalid, services =>
        {
            services.AddHttpClient("a").AddCircuitBreaker(options => options.BreakJitter = double.NaN);
            services.AddHttpClient("b").AddCircuitBreaker(options => options.MaxCircuits = 0);
        });

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "CircuitBreakerOptions of client 'a': BreakJitter 'NaN' is out of range; it must be from 0 to 1",
                "CircuitBreakerOptions of client 'b': MaxCircuits '0' is out of range; it must be at least 1",
                "HttpCircuitBreaker:BreakDurations: unknown setting; did you mean 'BreakDuration'?",
                "HttpCircuitBreaker:Clients:a:SamplingDuration: '30' means 30 days; did you mean '00:00:30'?",
                "HttpCircuitBreaker:Clients:c: no client with that name has a circuit breaker; the clients are 'a', 'b'",
                "HttpCircuitBreaker:FailureRatio: '1.5' is out of range; it must be above 0 and at most 1, for example 0.5 for 50 %",
                "HttpCircuitBreaker:Hosts:host:8443:HalfOpenProbes: '0' is out of range; it must be from 1 to 100",
                "HttpCircuitBreaker:Hosts:host:Mode: 'Off' is not known; it must be one of Enforce, Observe, Disabled",
                "HttpCircuitBreaker:Hosts:host:Scope: cannot be set for a host; set it for the client",
                "HttpCircuitBreaker:Hosts:x/y: 'x/y' is not a host name; "
                + "use only the host, without a scheme, port, path or wildcard, for example api.example.com or [::1]",
            ],
            exception.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Application_host_starts_if_all_settings_are_valid()
    {
        using var host = HostWith(
            "'FailureRatio': 0.2, 'Clients': { 'a': {} }", services => services.AddHttpClient("a").AddCircuitBreaker());

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Settings_are_not_validated_if_no_client_has_a_breaker()
    {
        using var host = HostWith(Invalid, services => services.AddHttpClient("a"));

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Section_of_a_client_that_gets_its_breaker_from_the_client_defaults_is_validated()
    {
        using var host = HostWith("'Clients': { 'a': { 'FailureRatio': 7 } }", services =>
        {
            services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker());
            services.AddHttpClient("a");
        });

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith("HttpCircuitBreaker:Clients:a:FailureRatio: '7'", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_section_of_a_client_whose_name_contains_a_colon_is_applied()
    {
        using var host = HostWith("'Clients': { 'eu': { 'payments': { 'FailureRatio': 0.2 } } }", services =>
        {
            services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker());
            services.AddHttpClient("eu:payments");
        });

        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal(0.2, host.Services.GetRequiredService<IOptionsFactory<CircuitBreakerOptions>>().Create("eu:payments").FailureRatio);
    }

    [Fact]
    public async Task Root_section_and_options_of_the_client_defaults_are_validated_at_startup()
    {
        using var host = HostWith(
            "'FailureRatio': 7",
            services => services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker(options => options.BreakJitter = 2)));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(
            [
                "HttpCircuitBreaker:FailureRatio: '7' is out of range; it must be above 0 and at most 1, for example 0.5 for 50 %",
                "CircuitBreakerOptions: BreakJitter '2' is out of range; it must be from 0 to 1",
            ],
            exception.Failures);
    }

    [Fact]
    public async Task With_client_defaults_a_section_for_an_unregistered_client_logs_a_warning_at_startup()
    {
        using var host = HostWith("'Clients': { 'Payment': {} }", services =>
        {
            services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker());
            services.AddHttpClient("Payments").AddCircuitBreaker();
        });

        await host.StartAsync();
        await host.StopAsync();

        var warning = Assert.Single(host.Services.GetFakeLogCollector().GetSnapshot(), entry => entry.Level >= LogLevel.Warning);
        Assert.Equal(("Http.CircuitBreaker", LogLevel.Warning, "UnknownClient"), (warning.Category, warning.Level, warning.Id.Name));
        Assert.Equal(
            "The configuration has settings for an unregistered client. They apply if a client with that name is created. "
            + "HttpCircuitBreaker:Clients:Payment: no client with that name has a circuit breaker; did you mean 'Payments'?",
            warning.Message);
    }

    [Theory]
    [InlineData(CircuitScope.Client, CircuitScope.Client, "HttpCircuitBreaker:Hosts:a", "host", "Host or Origin")]
    [InlineData(CircuitScope.Client, CircuitScope.Host, "HttpCircuitBreaker:Hosts:a:8443", "port", "Origin")]
    [InlineData(CircuitScope.Client, CircuitScope.Origin, null, null, null)]
    public async Task Host_or_port_settings_that_no_circuit_uses_log_a_warning_at_startup(
        CircuitScope one, CircuitScope other, string? section, string? unit, string? scopes)
    {
        using var host = HostWith("'Hosts': { 'a': { '8443': { 'FailureRatio': 0.3 } } }", services =>
        {
            services.AddHttpClient("one").AddCircuitBreaker(options => options.Scope = one);
            services.AddHttpClient("other").AddCircuitBreaker(options => options.Scope = other);
        });

        await host.StartAsync();
        await host.StopAsync();

        var warnings = host.Services.GetFakeLogCollector().GetSnapshot().Where(entry => entry.Level >= LogLevel.Warning);
        Assert.Equal(
            section is null ? [] : [("Http.CircuitBreaker", "UnreachableHost",
                $"The settings in {section} have no effect, because no client has one circuit per {unit}. "
                + $"Set the Scope of a client to {scopes}, or remove these settings.")],
            warnings.Select(entry => (entry.Category!, entry.Id.Name!, entry.Message)));
    }

    [Fact]
    public async Task Host_settings_that_no_circuit_uses_are_found_in_every_configuration_section()
    {
        var other = ConfigurationText.Json("'Hosts': { 'b': {} }").GetSection("HttpCircuitBreaker");
        using var host = HostWith("'Scope': 'Client', 'Hosts': { 'a': {} }", services =>
        {
            services.AddHttpClient("one").AddCircuitBreaker();
            services.AddHttpClient("other").AddCircuitBreaker(other).AddCircuitBreaker(options => options.Scope = CircuitScope.Client);
        });

        await host.StartAsync();
        await host.StopAsync();

        var warnings = host.Services.GetFakeLogCollector().GetSnapshot().Where(entry => entry.Id.Name == "UnreachableHost");
        Assert.Equal(["HttpCircuitBreaker:Hosts:a", "HttpCircuitBreaker:Hosts:b"], warnings.Select(entry => entry.GetStructuredStateValue("Section")));
    }

    [Fact]
    public void Creating_a_client_throws_all_configuration_errors_if_there_is_no_application_host()
    {
        using var app = ConfigurationApp.With("'FailureRatio': 1.5, 'BreakJitter': 1.5");
        app.AddClient("client").AddCircuitBreaker();

        var exception = Assert.Throws<OptionsValidationException>(() => app.Client("client"));
        Assert.Equal(2, exception.Failures.Count());
    }

    private static IHost HostWith(string section, Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var pairs = ConfigurationText.Json(section).AsEnumerable();
        builder.Configuration.AddInMemoryCollection(pairs);
        builder.Services.AddFakeLogging();
        configure(builder.Services);
        return builder.Build();
    }
}
