using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Settings of hosts and ports apply only to their circuits.</summary>
public sealed class HostOverridesTests
{
    private const string TwoHosts =
        """
        'ConsecutiveFailures': 5, 'ConsecutiveFailuresDuration': '0', 'MinimumThroughput': 100,
        'Hosts': { 'a.example.com': { 'ConsecutiveFailures': 2, '8443': { 'ConsecutiveFailures': 3 } } }
        """;

    [Theory]
    [InlineData("https://a.example.com/", 2)]
    [InlineData("http://a.example.com/", 2)]
    [InlineData("https://a.example.com:8443/", 3)]
    [InlineData("https://b.example.com:8443/", 5)]
    [InlineData("https://sub.a.example.com/", 5)]
    public async Task Port_settings_override_host_and_client_settings(string uri, int threshold)
    {
        using var app = ConfigurationApp.With(TwoHosts);
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", uri, threshold - 1);
        Assert.Equal(CircuitState.Closed, app.Circuit("client", uri).State);

        await app.Fail("client", uri, 1);
        Assert.Equal(CircuitState.Open, app.Circuit("client", uri).State);
    }

    [Fact]
    public async Task Host_settings_apply_to_circuits_with_Host_scope()
    {
        using var app = ConfigurationApp.With($"'Scope': 'Host', {TwoHosts}");
        app.AddClient("client").AddCircuitBreaker();

        await app.Fail("client", "https://a.example.com/", 1);
        await app.Fail("client", "http://a.example.com:81/", 1);

        Assert.Equal(CircuitState.Open, Assert.Single(app.Circuits.GetSnapshots()).State);
    }

    [Theory]
    [InlineData("Scope", "'Host'")]
    [InlineData("RejectionMode", "'Exception'")]
    [InlineData("MaxCircuits", "7")]
    [InlineData("PathSegments", "1")]
    [InlineData("CircuitNameHeader", "'X-Tenant'")]
    [InlineData("MaxCircuitNames", "7")]
    public void Client_only_setting_of_a_host_or_port_is_a_configuration_error(string key, string value)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ 'host': {{ '{key}': {value}, '80': {{ '{key}': null }} }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            [
                $"HttpCircuitBreaker:Hosts:host:{key}: cannot be set for a host; set it for the client",
                $"HttpCircuitBreaker:Hosts:host:80:{key}: cannot be set for a host; set it for the client",
            ],
            app.Errors("client"));
    }

    [Fact]
    public void Host_can_override_every_setting_except_client_only_settings()
    {
        var settings = ConfigurationRange.All
            .Where(range => range.Key is not ("Scope" or "RejectionMode" or "MaxCircuits" or "PathSegments" or "CircuitNameHeader" or "MaxCircuitNames"))
            .Select(range => $"'{range.Key}': '{range.Accepted[0]}'");
        using var app = ConfigurationApp.With($"'Hosts': {{ 'host': {{ {string.Join(", ", settings)} }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(1, app.Settings("client", "https://host").ConsecutiveFailures);
    }

    [Fact]
    public void MaxBreakDuration_of_a_host_or_port_below_its_BreakDuration_is_a_configuration_error()
    {
        using var app = ConfigurationApp.With(
            """
            'MaxBreakDuration': '00:01:00',
            'Hosts': { 'host': { 'BreakDuration': '00:02:00' }, 'other': { '81': { 'MaxBreakDuration': '00:00:00.500' } } }
            """);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            [
                "CircuitBreakerOptions of client 'client', host 'host': "
                + "MaxBreakDuration '00:01:00' is out of range; it must be at least BreakDuration (00:02:00)",
                "CircuitBreakerOptions of client 'client', host 'other:81': "
                + "MaxBreakDuration '00:00:00.5000000' is out of range; it must be at least BreakDuration (00:00:01)",
            ],
            app.Errors("client"));
    }

    [Fact]
    public void Invalid_client_setting_is_reported_once_and_not_for_each_host()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'a': { '80': {} }, 'b': {} }");
        app.AddClient("client").AddCircuitBreaker(
            options => (options.FailureRatio, options.MaxBreakDuration) = (2, TimeSpan.FromMilliseconds(500)));

        Assert.Equal(2, app.Errors("client").Count);
    }
}
