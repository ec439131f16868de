using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>The section <c>Circuits</c> of a client.</summary>
public sealed class NameOverridesTests
{
    private const string Uri = "https://host/";

    [Fact]
    public void Settings_of_a_named_circuit_override_those_of_the_client_the_host_and_the_port()
    {
        using var app = With(
            "'PathSegments': 2, 'HalfOpenProbes': 2, 'MinimumThroughput': 2, 'Circuits': { 'v1/chat': { 'HalfOpenProbes': 5 } }",
            "'Hosts': { 'host': { 'HalfOpenProbes': 3, 'MinimumThroughput': 3, '8443': { 'MinimumThroughput': 4, 'HalfOpenProbes': 4 } } }");

        Assert.Equal((5, 2), Values("https://other/", "v1/chat"));
        Assert.Equal((5, 3), Values(Uri, "V1/Chat"));
        Assert.Equal((5, 4), Values("https://host:8443/", "v1/chat"));
        Assert.Equal((3, 3), Values(Uri, "v1/models"));
        Assert.Equal((2, 2), Values("https://other/", null));

        (int, int) Values(string uri, string? name) =>
            (app.Settings("client", uri, name).HalfOpenProbes, app.Settings("client", uri, name).MinimumThroughput);
    }

    [Theory]
    [InlineData("v1/chat", "v1/chat")]
    [InlineData("/v1/chat/", "v1/chat")]
    [InlineData("V1/CHAT", "v1/chat")]
    [InlineData("v1", "v1")]
    [InlineData("bücher/ä b", "b%C3%BCcher/%C3%A4%20b")]
    [InlineData("model/claude-v1:0", "model/claude-v1:0")]
    public async Task Settings_of_a_named_circuit_apply_to_calls_with_that_path(string name, string path)
    {
        using var app = With($"'PathSegments': 2, 'Circuits': {{ '{name}': {{ 'Mode': 'Observe' }} }}");

        await app.IsRejected("client", $"{Uri}{path}");
        await app.IsRejected("client", $"{Uri}other");

        Assert.Equal(
            [(CircuitBreakerMode.Enforce, "other"), (CircuitBreakerMode.Observe, path.ToLowerInvariant())],
            app.Circuits.GetSnapshots().Select(circuit => (circuit.Mode, circuit.Key.Name!)).Order());
    }

    [Fact]
    public void Circuit_names_that_differ_only_after_a_colon_have_separate_settings()
    {
        using var app = With(
            """
            'CircuitNameHeader': 'X-Model',
            'Circuits': { 'llama3': { 'HalfOpenProbes': 2 }, 'llama3:8b': { 'HalfOpenProbes': 3 }, 'llama3:8b:q4': { 'HalfOpenProbes': 4, 'FailureStatusCodes': [500] } }
            """);

        Assert.Equal(
            [2, 3, 4, 1], ((string[])["llama3", "llama3:8b", "llama3:8b:q4", "llama3:70b"]).Select(name => app.Settings("client", Uri, name).HalfOpenProbes));
    }

    [Theory]
    [InlineData("'PathSegments': 1", "a/b", "'a/b' has more segments than PathSegments (1), so no call has this name; shorten it, or raise PathSegments")]
    [InlineData("'PathSegments': 2", "v1//chat", "'v1//chat' has more segments than PathSegments (2), so no call has this name; shorten it, or raise PathSegments")]
    [InlineData("'PathSegments': 2", "v1?x", "'v1?x' is not a circuit name; write the first segments of a path, at most 100 characters, for example v1/chat")]
    [InlineData("'PathSegments': 2", "/", "'/' is not a circuit name; write the first segments of a path, at most 100 characters, for example v1/chat")]
    [InlineData(
        "'CircuitNameHeader': 'X'", "ü", "'ü' is not a circuit name; use a header value of at most 100 printable ASCII characters")]
    [InlineData("'CircuitNameHeader': 'X'", " ", "' ' is not a circuit name; use a header value of at most 100 printable ASCII characters")]
    public void Circuit_name_that_no_call_can_have_is_a_configuration_error(string naming, string name, string error)
    {
        using var app = With($"{naming}, 'Circuits': {{ '{name}': {{ 'FailureRatio': 0.2 }} }}");

        Assert.Equal($"HttpCircuitBreaker:Clients:client:Circuits:{name}: {error}", Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Two_spellings_of_the_same_circuit_name_are_a_configuration_error()
    {
        using var app = With("'PathSegments': 1, 'Circuits': { 'v1': {}, '/v1': {} }");

        Assert.EndsWith("; remove one of them", Assert.Single(app.Errors("client")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'FailureRatios': 0.2", "FailureRatios: unknown setting; did you mean 'FailureRatio'?")]
    [InlineData("'HalfOpenProbes': 0", "HalfOpenProbes: '0' is out of range; it must be from 1 to 100")]
    [InlineData("'PathSegments': 2", "PathSegments: cannot be set for a circuit; set it for the client")]
    public void Invalid_setting_of_a_named_circuit_is_reported_only_once(string setting, string error)
    {
        using var app = With($"'PathSegments': 1, 'Circuits': {{ 'v1': {{ {setting} }} }}", "'Hosts': { 'a': {}, 'b': {} }");

        Assert.Equal($"HttpCircuitBreaker:Clients:client:Circuits:v1:{error}", Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Setting_of_a_named_circuit_that_conflicts_with_a_host_setting_is_a_configuration_error()
    {
        using var app = With(
            "'PathSegments': 1, 'Circuits': { 'v1': { 'MaxBreakDuration': '00:01:00' } }",
            "'Hosts': { 'a': { 'BreakDuration': '00:02:00' }, 'b': { 'BreakDuration': '00:00:02' } }");

        Assert.Equal(
            "CircuitBreakerOptions of client 'client', host 'a', circuit 'v1': "
            + "MaxBreakDuration '00:01:00' is out of range; it must be at least BreakDuration (00:02:00)",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Settings_of_named_circuits_are_a_configuration_error_if_the_client_does_not_name_circuits()
    {
        using var app = With("'Circuits': { 'v1': {} }");

        Assert.Equal(
            "HttpCircuitBreaker:Clients:client:Circuits: has no effect, because this client's circuits have no names; "
            + "set PathSegments or CircuitNameHeader for the client",
            Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'PathSegments': 1, 'Circuits': { 'v1': {} }", "Circuits")]
    [InlineData("'PathSegments': 1, 'Hosts': { 'host': { 'Circuits': { 'v1': {} } } }", "Hosts:host:Circuits")]
    public void Settings_of_named_circuits_outside_a_client_section_are_a_configuration_error(string root, string path)
    {
        using var app = With("", root);

        Assert.Equal($"HttpCircuitBreaker:{path}: is only valid in the section of a client", Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'Circuits': 'v1'", "Circuits: expected an object, not a single value")]
    [InlineData("'Circuits': ['v1']", "Circuits:0: expected an object, not a single value")]
    public void Value_instead_of_an_object_with_circuit_settings_is_a_configuration_error(string circuits, string error)
    {
        using var app = With($"'PathSegments': 1, {circuits}");

        Assert.Equal($"HttpCircuitBreaker:Clients:client:{error}", Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'PathSegments': 1, 'CircuitNameHeader': 'X'", false)]
    [InlineData("'PathSegments': 1", true)]
    [InlineData("'CircuitNameHeader': 'X'", true)]
    public void Configuring_two_ways_to_name_the_circuits_of_a_client_is_an_error(string naming, bool hasDelegate)
    {
        using var app = ConfigurationApp.With(naming);
        app.AddClient("client").AddCircuitBreaker(options => options.CircuitName = hasDelegate ? _ => "a" : null);

        Assert.Equal(
            "CircuitBreakerOptions of client 'client': PathSegments, CircuitNameHeader and CircuitName cannot be combined; "
            + "set only one of them (0 turns off PathSegments, null turns off the others)",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public async Task Settings_of_a_named_circuit_also_apply_if_a_delegate_returns_the_name()
    {
        using var app = ConfigurationApp.With("'Clients': { 'client': { 'Circuits': { 'eu': { 'Mode': 'Observe' } } } }");
        app.AddClient("client").AddCircuitBreaker(options => options.CircuitName = _ => "EU");

        await app.IsRejected("client", Uri);

        Assert.Equal(CircuitBreakerMode.Observe, Assert.Single(app.Circuits.GetSnapshots()).Mode);
    }

    [Fact]
    public async Task Circuit_names_in_the_configuration_do_not_count_toward_MaxCircuitNames()
    {
        using var app = With("'PathSegments': 1, 'MaxCircuitNames': 1, 'Circuits': { 'orders': {}, 'stock': {} }");
        foreach (var path in (string[])["orders", "x", "y", "STOCK", "z"])
        {
            await app.IsRejected("client", $"{Uri}{path}");
        }

        Assert.Equal(
            [null, "orders", "stock", "x"], app.Circuits.GetSnapshots().Select(circuit => circuit.Key.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Configuration_reload_applies_to_existing_named_circuits_and_is_logged_with_the_name()
    {
        using var app = With("'PathSegments': 1, 'Circuits': { 'v1': { 'FailureRatio': 0.2 } }", "'Hosts': { 'host': {} }");
        await app.IsRejected("client", $"{Uri}v1");

        app.Change("'Hosts': { 'host': {} }, 'Clients': { 'client': { 'PathSegments': 1, 'Circuits': { 'v1': { 'Mode': 'Observe' } } } }");

        Assert.Equal(CircuitBreakerMode.Observe, Assert.Single(app.Circuits.GetSnapshots()).Mode);
        Assert.EndsWith(
            "applies now: v1 Mode: Enforce -> Observe, v1 FailureRatio: 0.2 -> 0.5.",
            Assert.Single(app.Log.GetSnapshot(), entry => entry.Id.Name == "SettingsChanged").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_configuration_reload_keeps_the_settings_of_named_circuits()
    {
        using var app = With("'PathSegments': 1, 'Circuits': { 'v1': { 'Mode': 'Observe' } }");
        await app.IsRejected("client", $"{Uri}v1");

        app.Change("'Clients': { 'client': { 'PathSegments': 1, 'Circuits': { 'v1/x': { 'Mode': 'Enforce' } } } }");

        var circuit = Assert.Single(app.Circuits.GetSnapshots());
        Assert.Equal(CircuitBreakerMode.Observe, circuit.Mode);
        Assert.Contains("'v1/x' has more segments", circuit.ConfigurationError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changing_how_circuits_are_named_takes_effect_only_after_a_restart()
    {
        using var app = With("'PathSegments': 1");
        await app.IsRejected("client", $"{Uri}v1/chat");

        app.Change("'Clients': { 'client': { 'CircuitNameHeader': 'X-Tenant' } }");
        await app.IsRejected("client", $"{Uri}v1/chat");

        Assert.Equal("v1", Assert.Single(app.Circuits.GetSnapshots()).Key.Name);
        Assert.Equal(
            "Client 'client' keeps the scope Origin with PathSegments 1. The change to Origin with CircuitNameHeader X-Tenant takes effect after a restart.",
            Assert.Single(app.Log.GetSnapshot(), entry => entry.Id.Name == "ScopeChangeIgnored").Message);
    }

    [Fact]
    public void Circuit_name_can_be_configured_in_environment_variables()
    {
        const string Variable = "NameOverridesTests_HttpCircuitBreaker__Clients__client__";
        Environment.SetEnvironmentVariable($"{Variable}PathSegments", "2");
        Environment.SetEnvironmentVariable($"{Variable}Circuits__v1/llama3__8b__Mode", "Observe");
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("NameOverridesTests_").Build();
        Environment.SetEnvironmentVariable($"{Variable}PathSegments", null);
        Environment.SetEnvironmentVariable($"{Variable}Circuits__v1/llama3__8b__Mode", null);
        using var app = ConfigurationApp.WithoutConfiguration();
        app.Services.AddSingleton<IConfiguration>(configuration);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(CircuitBreakerMode.Observe, app.Settings("client", Uri, "v1/llama3:8b").Mode);
    }

    private static ConfigurationApp With(string client, string root = "")
    {
        var app = ConfigurationApp.With($"{(root.Length == 0 ? "" : $"{root}, ")}'Clients': {{ 'client': {{ {client} }} }}");
        app.AddClient("client").AddCircuitBreaker();
        return app;
    }
}
