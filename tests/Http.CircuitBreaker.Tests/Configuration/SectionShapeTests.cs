using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Objects, values and nulls where another shape is expected.</summary>
public sealed class SectionShapeTests
{
    [Theory]
    [InlineData("'FailureRatio': { 'Value': 0.2 }", "FailureRatio: expected a single value, not an object or a list")]
    [InlineData("'BreakDuration': ['00:00:05']", "BreakDuration: expected a single value, not an object or a list")]
    [InlineData("'SlowCallDuration': { 'Value': 1 }", "SlowCallDuration: expected a single value, not an object or a list")]
    [InlineData("'Clients': 'client'", "Clients: expected an object, not a single value")]
    [InlineData("'Clients': { 'client': 'Observe' }", "Clients:client: expected an object, not a single value")]
    [InlineData("'Hosts': 'api.example.com'", "Hosts: expected an object, not a single value")]
    [InlineData("'Hosts': { 'api.example.com': 0.2 }", "Hosts:api.example.com: expected an object, not a single value")]
    [InlineData("'Hosts': { 'api.example.com': { '8443': 0.2 } }", "Hosts:api.example.com:8443: expected an object, not a single value")]
    public void Value_instead_of_an_object_or_vice_versa_is_a_configuration_error(string section, string error)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal($"HttpCircuitBreaker:{error}", Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Value_instead_of_the_root_section_is_a_configuration_error()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("HttpCircuitBreaker", "off")]).Build();
        app.Services.AddSingleton<IConfiguration>(configuration);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal("HttpCircuitBreaker: expected an object, not a single value", Assert.Single(app.Errors("client")));
    }

    [Theory]
    [InlineData("'Clients': {}, 'Hosts': {}")]
    [InlineData("'Clients': null, 'Hosts': null")]
    [InlineData("'Clients': [], 'Hosts': []")]
    [InlineData("'Clients': { 'client': {} }, 'Hosts': { 'api.example.com': {}, 'www.example.com': { '80': null } }")]
    public void Empty_configuration_objects_are_valid(string section)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.5, app.Options("client").FailureRatio);
    }

    [Theory]
    [InlineData("BreakJitter", "0.2")]
    [InlineData("MaxBreakDuration", "'00:02:00'")]
    [InlineData("SlowCallDuration", "'00:00:02'")]
    [InlineData("CallTimeout", "'00:00:02'")]
    [InlineData("FailureStatusCodes", "['503']")]
    [InlineData("Mode", "'Observe'")]
    public void Null_in_a_client_section_restores_the_default(string key, string inRoot)
    {
        using var app = ConfigurationApp.With($"'{key}': {inRoot}, 'Clients': {{ 'client': {{ '{key}': null }} }}");
        app.AddClient("client").AddCircuitBreaker();
        app.AddClient("other").AddCircuitBreaker();
        var property = typeof(CircuitBreakerOptions).GetProperty(key)!;

        Assert.Equal(property.GetValue(new CircuitBreakerOptions()), property.GetValue(app.Options("client")));
        Assert.NotEqual(property.GetValue(new CircuitBreakerOptions()), property.GetValue(app.Options("other")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("''")]
    public void Null_or_an_empty_string_disables_an_optional_setting(string off)
    {
        using var app = ConfigurationApp.With($"'FailureRatio': {off}, 'ConsecutiveFailures': {off}, 'SlowCallDuration': {off}, 'CallTimeout': {off}");
        app.AddClient("client").AddCircuitBreaker();

        var options = app.Options("client");
        Assert.Null(options.FailureRatio);
        Assert.Null(options.ConsecutiveFailures);
        Assert.Null(options.SlowCallDuration);
        Assert.Null(options.CallTimeout);
    }

    [Fact]
    public void Null_in_a_later_file_clears_the_value_of_an_earlier_file()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.Services.AddSingleton<IConfiguration>(ConfigurationText.Json(
            "'FailureRatio': 0.2, 'SlowCallDuration': '00:00:02'", "'FailureRatio': null, 'SlowCallDuration': null"));
        app.AddClient("client").AddCircuitBreaker();

        Assert.Null(app.Options("client").FailureRatio);
        Assert.Null(app.Options("client").SlowCallDuration);
    }
}
