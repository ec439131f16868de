using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>A generic host that starts with good and with bad settings.</summary>
public sealed class StartupValidatorTests
{
    private const string Faulty =
        """
        'FailureRatio': 1.5, 'BreakDurations': '00:00:01',
        'Clients': { 'a': { 'SamplingDuration': '30' }, 'c': {} },
        'Hosts': { 'host': { 'Scope': 'Host', 'Mode': 'Off', '8443': { 'HalfOpenProbes': 0 } }, 'x/y': {} }
        """;

    [Fact]
    public async Task All_faults_of_all_clients_are_in_one_exception_when_the_host_starts()
    {
        using var host = HostWith(Faulty, services =>
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
                "HttpCircuitBreaker:Clients:c: no client of that name has a circuit breaker",
                "HttpCircuitBreaker:FailureRatio: '1.5' is out of range; it must be above 0 and at most 1",
                "HttpCircuitBreaker:Hosts:host:8443:HalfOpenProbes: '0' is out of range; it must be from 1 to 100",
                "HttpCircuitBreaker:Hosts:host:Mode: 'Off' is not known; it must be one of Enforce, Observe, Disabled",
                "HttpCircuitBreaker:Hosts:host:Scope: cannot be set for a host; set it for the client",
                "HttpCircuitBreaker:Hosts:x/y: 'x/y' is not a host name; omit scheme, port and path, for example api.example.com",
            ],
            exception.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Good_settings_let_the_host_start()
    {
        using var host = HostWith("'FailureRatio': 0.2, 'Clients': { 'a': {} }", services => services.AddHttpClient("a").AddCircuitBreaker());

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Bad_settings_do_not_matter_where_no_client_has_a_circuit_breaker()
    {
        using var host = HostWith(Faulty, services => services.AddHttpClient("a"));

        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_client_that_only_the_defaults_cover_is_checked_by_its_section()
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
    public async Task A_name_with_a_colon_that_only_the_defaults_cover_is_left_until_its_client_is_made()
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
    public async Task The_root_is_checked_where_the_defaults_cover_clients_that_are_not_known_yet()
    {
        using var host = HostWith(
            "'FailureRatio': 7", services => services.ConfigureHttpClientDefaults(defaults => defaults.AddCircuitBreaker(options => options.BreakJitter = 2)));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(
            [
                "HttpCircuitBreaker:FailureRatio: '7' is out of range; it must be above 0 and at most 1",
                "CircuitBreakerOptions: BreakJitter '2' is out of range; it must be from 0 to 1",
            ],
            exception.Failures);
    }

    [Fact]
    public async Task Settings_for_an_unknown_client_are_a_warning_where_the_defaults_cover_every_client()
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
            "The settings of an unknown client apply only if it is created later. "
            + "HttpCircuitBreaker:Clients:Payment: no client of that name has a circuit breaker; did you mean 'Payments'?",
            warning.Message);
    }

    [Theory]
    [InlineData(CircuitScope.Client, CircuitScope.Client, "HttpCircuitBreaker:Hosts:a", "host", "Host or Origin")]
    [InlineData(CircuitScope.Client, CircuitScope.Host, "HttpCircuitBreaker:Hosts:a:8443", "port", "Origin")]
    [InlineData(CircuitScope.Client, CircuitScope.Origin, null, null, null)]
    public async Task Settings_for_hosts_that_no_client_tells_apart_are_a_warning(
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
            section is null ? [] : [("Http.CircuitBreaker", "HostOutOfReach",
                $"The settings in {section} have no effect, because no client has one circuit per {unit}. Set the Scope of a client to {scopes}, or remove them.")],
            warnings.Select(entry => (entry.Category!, entry.Id.Name!, entry.Message)));
    }

    [Fact]
    public void Without_a_host_the_first_client_that_is_made_reports_its_faults()
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
