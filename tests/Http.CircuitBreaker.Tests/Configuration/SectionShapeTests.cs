using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Values, objects and nulls, in and out of place.</summary>
public sealed class SectionShapeTests
{
    [Theory]
    [InlineData("'FailureRatio': { 'Value': 0.2 }", "HttpCircuitBreaker:FailureRatio: expected a single value, not an object or a list")]
    [InlineData("'BreakDuration': ['00:00:05']", "HttpCircuitBreaker:BreakDuration: expected a single value, not an object or a list")]
    [InlineData("'SlowCallDuration': { 'Value': 1 }", "HttpCircuitBreaker:SlowCallDuration: expected a single value, not an object or a list")]
    [InlineData("'Clients': 'client'", "HttpCircuitBreaker:Clients: expected an object, not a single value")]
    [InlineData("'Clients': { 'client': 'Observe' }", "HttpCircuitBreaker:Clients:client: expected an object, not a single value")]
    [InlineData("'Hosts': 'api.example.com'", "HttpCircuitBreaker:Hosts: expected an object, not a single value")]
    [InlineData("'Hosts': { 'api.example.com': 0.2 }", "HttpCircuitBreaker:Hosts:api.example.com: expected an object, not a single value")]
    [InlineData("'Hosts': { 'api.example.com': { '8443': 0.2 } }", "HttpCircuitBreaker:Hosts:api.example.com:8443: expected an object, not a single value")]
    public void A_value_in_the_place_of_an_object_is_reported_and_the_other_way_round(string section, string fault)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(fault, Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void A_value_in_the_place_of_the_whole_section_is_reported()
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
    public void Nothing_in_the_place_of_an_object_is_no_fault(string section)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.5, app.Options("client").FailureRatio);
    }

    [Theory]
    [InlineData("FailureRatio", "0.2")]
    [InlineData("MaxBreakDuration", "'00:02:00'")]
    [InlineData("SlowCallDuration", "'00:00:02'")]
    [InlineData("CallTimeout", "'00:00:02'")]
    [InlineData("FailureStatusCodes", "['503']")]
    [InlineData("Mode", "'Observe'")]
    public void Null_for_a_client_brings_the_default_back(string key, string inRoot)
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
    public void Null_and_an_empty_text_switch_off_what_can_be_off(string off)
    {
        using var app = ConfigurationApp.With($"'ConsecutiveFailures': {off}, 'SlowCallDuration': {off}, 'CallTimeout': {off}");
        app.AddClient("client").AddCircuitBreaker();

        var options = app.Options("client");
        Assert.Null(options.ConsecutiveFailures);
        Assert.Null(options.SlowCallDuration);
        Assert.Null(options.CallTimeout);
    }

    [Fact]
    public void Null_in_a_later_file_clears_the_value_of_an_earlier_one()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.Services.AddSingleton<IConfiguration>(
            ConfigurationText.Json("'FailureRatio': 0.2, 'SlowCallDuration': '00:00:02'", "'FailureRatio': null, 'SlowCallDuration': null"));
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(0.5, app.Options("client").FailureRatio);
        Assert.Null(app.Options("client").SlowCallDuration);
    }
}
