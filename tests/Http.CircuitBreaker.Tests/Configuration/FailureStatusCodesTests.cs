using System.Net;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

public sealed class FailureStatusCodesTests
{
    private const string Uri = "https://host";

    [Theory]
    [InlineData("", "408,429,500,599")]
    [InlineData("'FailureStatusCodes': null", "408,429,500,599")]
    [InlineData("'FailureStatusCodes': []", "")]
    [InlineData("'FailureStatusCodes': ''", "")]
    [InlineData("'FailureStatusCodes': ['503']", "503")]
    [InlineData("'FailureStatusCodes': [503, '400-404']", "503,400,404")]
    [InlineData("'FailureStatusCodes': 503", "503")]
    [InlineData("'FailureStatusCodes': '503, 4XX ,600'", "503,400,499,600")]
    public void List_replaces_the_default_and_an_empty_list_removes_all_codes(string section, string failures)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        AssertFailures(failures, app.Settings("client", Uri));
    }

    [Fact]
    public void Client_or_host_list_replaces_the_list_of_the_outer_section()
    {
        using var app = ConfigurationApp.With(
            """
            'FailureStatusCodes': ['500', '501', '502'],
            'Clients': { 'client': { 'FailureStatusCodes': ['404'] } },
            'Hosts': { 'api.example.com': { 'FailureStatusCodes': ['400'], '8443': { 'FailureStatusCodes': [] } } }
            """);
        app.AddClient("client").AddCircuitBreaker();
        app.AddClient("other").AddCircuitBreaker();

        AssertFailures("500,501,502", app.Settings("other", Uri));
        AssertFailures("404", app.Settings("client", Uri));
        AssertFailures("400", app.Settings("client", "https://api.example.com"));
        AssertFailures("", app.Settings("client", "https://api.example.com:8443"));
    }

    [Fact]
    public void Environment_variable_replaces_the_list_from_a_file()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var configuration = new ConfigurationBuilder()
            .AddConfiguration(ConfigurationText.Json("'FailureStatusCodes': ['500', '501']"))
            .AddInMemoryCollection([new("HttpCircuitBreaker:FailureStatusCodes", "429,503")])
            .Build();
        app.Services.AddSingleton<IConfiguration>(configuration);
        app.AddClient("client").AddCircuitBreaker();

        AssertFailures("429,503", app.Settings("client", Uri));
    }

    [Fact]
    public void All_invalid_entries_are_reported_together()
    {
        using var app = ConfigurationApp.With("'FailureStatusCodes': ['503', '5x', null, '600-500']");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:FailureStatusCodes: '5x', '', '600-500' are not status codes; "
            + "write a code from 100 to 999 (503), a class (5xx) or a range (500-504)",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Null_entry_in_code_is_reported()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.FailureStatusCodes = ["503", null!]);

        Assert.Contains("FailureStatusCodes '' is not a status code", Assert.Single(app.Errors("client")), StringComparison.Ordinal);
    }

    private static void AssertFailures(string expected, HostSettings settings)
    {
        var failures = expected.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(code => (HttpStatusCode)int.Parse(code, null))
            .ToList();
        var set = settings.Rules.FailureStatusCodes;
        Assert.All(failures, code => Assert.True(set.Contains(code), $"{code} is not a failure"));
        Assert.False(set.Contains(HttpStatusCode.OK));
        Assert.Equal(failures.Count == 0, !Enumerable.Range(100, 900).Any(code => set.Contains((HttpStatusCode)code)));
        Assert.Equal(failures.Contains((HttpStatusCode)500), set.Contains((HttpStatusCode)500));
    }
}
