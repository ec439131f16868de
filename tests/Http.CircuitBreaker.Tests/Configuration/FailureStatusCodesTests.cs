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
    public void Status_code_list_replaces_the_default_and_an_empty_list_means_no_status_is_a_failure(string section, string failures)
    {
        using var app = ConfigurationApp.With(section);
        app.AddClient("client").AddCircuitBreaker();

        AssertFailures(failures, app.Settings("client", Uri));
    }

    [Fact]
    public void Status_code_list_of_a_client_or_host_replaces_the_inherited_list()
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
    public void Environment_variable_replaces_the_status_code_list_from_a_file()
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
    public void All_invalid_status_code_entries_are_reported_together()
    {
        using var app = ConfigurationApp.With("'FailureStatusCodes': ['503', '5x', null, '600-500']");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:FailureStatusCodes: '5x', '', '600-500' are not status codes; "
            + "write a code from 100 to 999 (such as 503), a class (such as 5xx) or a range (such as 500-504)",
            Assert.Single(app.Errors("client")));
    }

    [Fact]
    public void Null_status_code_entry_set_in_code_is_a_configuration_error()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options => options.FailureStatusCodes = ["503", null!]);

        Assert.Contains("FailureStatusCodes '' is not a status code", Assert.Single(app.Errors("client")), StringComparison.Ordinal);
    }

    [Fact]
    public void gRPC_failure_codes_can_be_set_for_all_clients_one_client_one_host_or_one_port()
    {
        using var app = ConfigurationApp.With(
            """
            'FailureGrpcStatusCodes': '2, 13-15',
            'Clients': { 'client': { 'FailureGrpcStatusCodes': [5] }, 'reset': { 'FailureGrpcStatusCodes': null } },
            'Hosts': { 'api.example.com': { 'FailureGrpcStatusCodes': ['14'], '8443': { 'FailureGrpcStatusCodes': [] } } }
            """);
        app.AddClient("client").AddCircuitBreaker();
        app.AddClient("other").AddCircuitBreaker();
        app.AddClient("reset").AddCircuitBreaker();

        Assert.Equal([2, 13, 14, 15], GrpcFailures(app.Settings("other", Uri)));
        Assert.Equal([5], GrpcFailures(app.Settings("client", Uri)));
        Assert.Equal([2, 4, 8, 13, 14, 15], GrpcFailures(app.Settings("reset", Uri)));
        Assert.Equal([14], GrpcFailures(app.Settings("client", "https://api.example.com")));
        Assert.Empty(GrpcFailures(app.Settings("client", "https://api.example.com:8443")));
    }

    [Fact]
    public void Invalid_gRPC_codes_are_reported_together()
    {
        using var app = ConfigurationApp.With("'FailureGrpcStatusCodes': ['14', '0', 'Internal']");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(
            "HttpCircuitBreaker:FailureGrpcStatusCodes: '0', 'Internal' are not gRPC status codes; "
            + "write a code from 1 to 16 (such as 14) or a range (such as 13-15)",
            Assert.Single(app.Errors("client")));
    }

    private static IEnumerable<int> GrpcFailures(HostSettings settings) =>
        Enumerable.Range(0, 20).Where(settings.Rules.FailureGrpcStatusCodes.Contains);

    private static void AssertFailures(string expected, HostSettings settings)
    {
        var failures = expected.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(code => (HttpStatusCode)int.Parse(code, null))
            .ToList();
        var set = settings.Rules.FailureStatusCodes;
        Assert.All(failures, code => Assert.True(set.Contains((int)code), $"{code} is not a failure"));
        Assert.False(set.Contains(200));
        Assert.Equal(failures.Count == 0, !Enumerable.Range(100, 900).Any(code => set.Contains(code)));
        Assert.Equal(failures.Contains((HttpStatusCode)500), set.Contains(500));
    }
}
