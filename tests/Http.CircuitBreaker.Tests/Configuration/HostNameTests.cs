using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
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
    [InlineData("_dashboard.apiservice", "http://_dashboard.apiservice/")]
    [InlineData("_Dashboard.ApiService", "https://_dashboard.apiservice:8443/")]
    [InlineData("-a.example", "http://-a.example/")]
    [InlineData("_http._tcp.example.", "http://_http._tcp.example/")]
    [InlineData("xn--a", "http://xn--a/")]
    [InlineData("faß.example", "http://xn--fa-hia.example/")]
    [InlineData("a\u3002example", "http://a.example/")] // The ideographic full stop of international names.
    [InlineData("127.1", "http://127.0.0.1/")]
    [InlineData("0x7f.0.0.1", "http://127.0.0.1/")]
    [InlineData("[::1]", "http://[::1]:8080/")]
    [InlineData("[::1]", "http://[0:0:0:0:0:0:0:1]/")]
    [InlineData("[2001:DB8:0::1]", "https://[2001:db8::1]/")]
    [InlineData("[::ffff:10.0.0.1]", "http://[::ffff:10.0.0.1]/")]
    [InlineData("[fe80::1%25eth0]", "http://[fe80::1%25eth0]/")]
    [InlineData("http", "http://http/")]
    public async Task Host_settings_apply_to_every_spelling_of_the_host_name(string host, string uri)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{host}': {{ 'Mode': 'Observe' }} }}");
        app.AddClient("client").AddCircuitBreaker();

        await app.IsRejected("client", uri);
        await app.IsRejected("client", "https://other.example.com/");

        // The circuit of the request, found by its URI.
        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", uri).Mode);
        Assert.Equal(CircuitBreakerMode.Enforce, app.Circuit("client", "https://other.example.com/").Mode);
    }

    [Theory]
    [InlineData("*.example.com")]
    [InlineData("api.example.com/v1")]
    [InlineData("*")]
    [InlineData("api.example.com/")]
    [InlineData("api.example.com?a")]
    [InlineData("api.example.com#a")]
    [InlineData("user@api.example.com")]
    [InlineData("two words")]
    [InlineData("api.example.com ")]
    [InlineData("a..b")]
    [InlineData("a.b..")]
    [InlineData("a%41b")]
    [InlineData("[::1]x")]
    [InlineData("[::g]")]
    [InlineData("[]")]
    [InlineData("api.\u0378.example")]
    [InlineData("")]
    [InlineData("//api.example.com")]
    [InlineData("https://api.example.com")]
    [InlineData("https://API.example.com/v1?a=b")]
    [InlineData("https://user@api.example.com")]
    public void Invalid_host_name_is_a_configuration_error(string host)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{host}': {{ 'FailureRatio': 0.2 }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            $"HttpCircuitBreaker:Hosts:{host}: '{host}' is not a host name; "
            + "use only the host, without a scheme, port, path or wildcard, for example api.example.com or [::1]",
            Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("https://api.example.com:8443", "https://api.example.com")]
    [InlineData("https://api.example.com:8443/v1", "https://api.example.com")]
    [InlineData("https://[::1]:8443/v1", "https://[")]
    public void URL_with_a_port_as_host_name_is_a_configuration_error_that_names_its_first_part(string url, string part)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{url}': {{ 'FailureRatio': 0.2 }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.StartsWith(
            $"HttpCircuitBreaker:Hosts:{part}: '{part}' is not a host name; use only the host, ",
            Assert.Single(app.Errors("client")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Host_name_with_an_unclosed_bracket_is_a_configuration_error()
    {
        using var app = ConfigurationApp.With("'Hosts': { '[::1': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.StartsWith(
            "HttpCircuitBreaker:Hosts:[::1:FailureRatio: '[::1:FailureRatio' is not a host name; ",
            Assert.Single(app.Errors("client")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("2001:db8::1")]
    [InlineData("1:2:3:4:5:6:7:8")]
    public void IPv6_address_without_brackets_is_a_configuration_error(string host)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{host}': {{ 'FailureRatio': 0.2 }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.NotEmpty(app.Errors("client"));
    }

    [Theory]
    [InlineData("api.example.com", "api.example.com.", "host")]
    [InlineData("bücher.example", "xn--bcher-kva.example", "host")]
    [InlineData("127.0.0.1", "127.1", "host")]
    [InlineData("[::1]", "[0:0:0:0:0:0:0:1]", "host")]
    [InlineData("api.example.com:443", "api.example.com:0443", "port")]
    public void Two_spellings_of_the_same_host_or_port_are_a_configuration_error(string one, string other, string kind)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ '{one}': {{ 'FailureRatio': 0.2 }}, '{other}': {{ 'BreakDuration': '00:00:02' }} }}");
        app.AddClient("client").AddCircuitBreaker();

        // The order of the keys is that of the configuration.
        var error = Assert.Single(app.Errors("client"));
        Assert.Contains(
            error,
            (string[])
            [
                $"HttpCircuitBreaker:Hosts:{other}: is the same {kind} as HttpCircuitBreaker:Hosts:{one}; remove one of them",
                $"HttpCircuitBreaker:Hosts:{one}: is the same {kind} as HttpCircuitBreaker:Hosts:{other}; remove one of them",
            ]);
    }

    [Theory]
    [InlineData("['api.example.com']")]
    [InlineData("[{ 'Host': 'api.example.com', 'FailureRatio': 0.2 }, { 'api.example.org': {} }]")]
    public void List_instead_of_an_object_with_hosts_is_a_configuration_error(string list)
    {
        using var app = ConfigurationApp.With($"'Hosts': {list}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker:Hosts: expected an object whose keys are host names, not a list", Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("_dashboard.apiservice", "http://_dashboard.apiservice/")]
    [InlineData("api.example.com", "https://API.example.com./")]
    [InlineData("[____1]", "http://[::1]/")]
    [InlineData("[2001__db8____1]__8443", "https://[2001:db8::1]:8443/")]
    public async Task Host_settings_can_come_from_environment_variables(string host, string uri)
    {
        var variable = $"HostNameTests_HttpCircuitBreaker__Hosts__{host}__Mode";
        Environment.SetEnvironmentVariable(variable, "Observe");
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("HostNameTests_").Build();
        Environment.SetEnvironmentVariable(variable, null);
        using var app = ConfigurationApp.WithoutConfiguration();
        app.Services.AddSingleton<IConfiguration>(configuration);
        app.AddClient("client").AddCircuitBreaker();

        await app.IsRejected("client", uri);

        Assert.Equal(CircuitBreakerMode.Observe, app.Circuit("client", uri).Mode);
    }

    [Fact]
    public void IPv6_host_can_have_settings_for_a_port()
    {
        using var app = ConfigurationApp.With("'Hosts': { '[::1]': { 'FailureRatio': 0.2, '8443': { 'FailureRatio': 0.1 } }, '[::2]:81': { 'FailureRatio': 0.3 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Settings("client", "https://[::1]").FailureRatio);
        Assert.Equal(0.1, app.Settings("client", "https://[::1]:8443").FailureRatio);
        Assert.Equal(0.3, app.Settings("client", "http://[::2]:81").FailureRatio);
        Assert.Equal(0.5, app.Settings("client", "http://[::2]").FailureRatio);
    }

    [Fact]
    public void Host_and_port_can_be_combined_in_one_configuration_key()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'api.example.com:8443': { 'FailureRatio': 0.2 } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.2, app.Settings("client", "https://api.example.com:8443").FailureRatio);
        Assert.Equal(0.5, app.Settings("client", "https://api.example.com").FailureRatio);
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("99999999999")]
    public void Port_out_of_range_is_a_configuration_error(string port)
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
    public void Invalid_port_of_a_host_is_reported_as_an_unknown_setting(string port, string error)
    {
        using var app = ConfigurationApp.With($"'Hosts': {{ 'host': {{ '{port}': {{ 'FailureRatio': 0.2 }} }} }}");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(error, Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Port_nested_in_another_port_is_a_configuration_error()
    {
        using var app = ConfigurationApp.With("'Hosts': { 'host': { '80': { '81': { 'FailureRatio': 0.2 } } } }");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker:Hosts:host:80:81: unknown setting", Assert.Single(app.Errors("client")));
    }
}
