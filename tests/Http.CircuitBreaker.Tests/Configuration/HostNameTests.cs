using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>The host names and ports in the section <c>Hosts</c>.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("api.example.com", "https://api.example.com/")]
    [InlineData("API.Example.COM", "https://api.example.com/")]
    [InlineData("api.example.com", "https://API.EXAMPLE.COM/")]
    [InlineData("api.example.com.", "https://api.example.com/")]
    [InlineData("api.example.com", "https://api.example.com./")]
    [InlineData("bücher.example", "https://bücher.example/")]
    [InlineData("BÜCHER.example", "https://xn--bcher-kva.example/")]
    [InlineData("xn--bcher-kva.example", "https://bücher.example/")]
    [InlineData("10.0.0.1", "http://10.0.0.1:8080/")]
    [InlineData("localhost", "http://localhost:5000/")]
    [InlineData("my_service", "http://my_service/")]
    public async Task Host_settings_apply_to_every_spelling_of_the_host_name(string host, string uri)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{host}': {{ 'Mode': 'Observe' }} }}");
        app.AddClient("client").AddCircuitBreaker();

        await app.IsRejected("client", uri);
        await app.IsRejected("client", "https://other.example.com/");

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", uri).Mode);
        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("client", "https://other.example.com/").Mode);
    }

    [Theory]
    [InlineData("*.example.com")]
    [InlineData("api.example.com/v1")]
    [InlineData("two words")]
    [InlineData("a..b")]
    [InlineData("api.\u0378.example")]
    public void Invalid_host_name_is_reported(string host)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{host}': {{ 'FailureRatio': 0.2 }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            $"HttpCircuitBreaker:Hosts:{host}: '{host}' is not a host name; omit scheme, port and path, for example api.example.com",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Host_name_with_a_scheme_is_reported()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'https://api.example.com': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        var error = Assert.Single(app.Errors("client"));
        Assert.StartsWith("HttpCircuitBreaker:Hosts:https://api.example.com: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_and_port_can_be_combined_in_one_key()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'api.example.com:8443': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Settings("client", "https://api.example.com:8443").FailureRatio);
        Assert.Equal(0.5, app.Settings("client", "https://api.example.com").FailureRatio);
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("99999999999")]
    public void Port_out_of_range_is_reported(string port)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ 'host': {{ '{port}': {{ 'FailureRatio': 0.2 }} }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            $"HttpCircuitBreaker:Hosts:host:{port}: '{port}' is not a port; it must be from 0 to 65535",
            Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("https", "HttpCircuitBreaker:Hosts:host:https: unknown setting")]
    [InlineData("-1", "HttpCircuitBreaker:Hosts:host:-1: unknown setting")]
    public void Key_that_is_not_a_port_is_reported_as_an_unknown_setting(string port, string error)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ 'host': {{ '{port}': {{ 'FailureRatio': 0.2 }} }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(error, Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Port_inside_a_port_is_reported()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'host': { '80': { '81': { 'FailureRatio': 0.2 } } } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker:Hosts:host:80:81: unknown setting", Assert.Single(app.Errors("client")));
    }
}
