using System.Net;
using Http.CircuitBreaker.Classification;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

public sealed class FailureStatusCodesTests
{
    [Theory]
    [InlineData("", "408,429,500,599")]
    [InlineData("'FailureStatusCodes': null", "408,429,500,599")]
    [InlineData("'FailureStatusCodes': []", "")]
    [InlineData("'FailureStatusCodes': ''", "")]
    [InlineData("'FailureStatusCodes': ['503']", "503")]
    [InlineData("'FailureStatusCodes': [503, '400-404']", "503,400,404")]
    [InlineData("'FailureStatusCodes': 503", "503")]
    [InlineData("'FailureStatusCodes': '503, 4XX ,600'", "503,400,499,600")]
    public void A_list_replaces_the_default_and_an_empty_one_means_none(string section, string failures)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        AssertFailures(failures, app.Options("client"));
    }

    [Fact]
    public void The_list_of_a_client_replaces_that_of_the_root_and_the_list_of_a_host_that_of_the_client()
    {
        using var app = ConfigurationApp.With(
            """
            'FailureStatusCodes': ['500', '501', '502'],
            'Clients': { 'client': { 'FailureStatusCodes': ['404'] } },
            'Hosts': { 'api.example.com': { 'FailureStatusCodes': ['400'], '8443': { 'FailureStatusCodes': [] } } }
            """);
        app.AddClient("client").AddCircuitBreaker();
        app.AddClient("other").AddCircuitBreaker();

        var options = app.Options("client");
        AssertFailures("500,501,502", app.Options("other"));
        AssertFailures("404", options);
        AssertFailures("400", options.Hosts[("api.example.com", null)]);
        AssertFailures("", options.Hosts[("api.example.com", 8443)]);
    }

    [Fact]
    public void The_text_of_an_environment_variable_replaces_the_list_of_a_file()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(ConfigurationText.Json("'FailureStatusCodes': ['500', '501']"))
            .AddInMemoryCollection([new("HttpCircuitBreaker:FailureStatusCodes", "429,503")])
            .Build();
        app.Services.AddSingleton<IConfiguration>(configuration);
        app.AddClient("client").AddCircuitBreaker();

        AssertFailures("429,503", app.Options("client"));
    }

    [Fact]
    public void All_wrong_entries_are_named_at_once()
    {
        using var app = ConfigurationApp.With("'FailureStatusCodes': ['503', '5x', null, '600-500']");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:FailureStatusCodes: '5x', '', '600-500' is no status code; "
            + "write a code from 100 to 999 ('503'), a class ('5xx') or a range ('500-504').",
            Assert.Single(app.Faults("client")));
    }

    [Fact]
    public void Null_entries_in_code_are_reported()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.FailureStatusCodes = ["503", null!]);

        Assert.Contains("FailureStatusCodes '' is no status code", Assert.Single(app.Faults("client")), StringComparison.Ordinal);
    }

    private static void AssertFailures(string expected, CircuitBreakerOptions options)
    {
        var failures = expected.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(code => (HttpStatusCode)int.Parse(code, null)).ToList();
        var set = StatusCodeSet.Create(options.FailureStatusCodes);
        Assert.All(failures, code => Assert.True(set.Contains(code), $"{code} is no failure"));
        Assert.False(set.Contains(HttpStatusCode.OK));
        Assert.Equal(failures.Count == 0, !Enumerable.Range(100, 900).Any(code => set.Contains((HttpStatusCode)code)));
        Assert.Equal(failures.Contains((HttpStatusCode)500), set.Contains((HttpStatusCode)500));
    }
}
