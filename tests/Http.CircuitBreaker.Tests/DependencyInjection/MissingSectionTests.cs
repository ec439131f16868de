using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Http.CircuitBreaker.Tests.DependencyInjection;

/// <summary>
/// A section that disappears while the application is running. A file that is being written has no settings until the next reload, and the
/// defaults might reject calls that the settings did not.
/// </summary>
public sealed class MissingSectionTests
{
    private const string Uri = "https://host/";
    private const string Error = "HttpCircuitBreaker: the section is missing; restore it, or restart to use the defaults.";

    [Fact]
    public async Task Half_written_configuration_file_does_not_change_settings_even_if_another_source_reloads()
    {
        using var app = ConfigurationApp.WithoutConfiguration();
        var (file, other) = (new ConfigurationFile(ConfigurationText.Root("'Mode': 'Observe'")), new ConfigurationFile("{}"));
        app.Services.AddSingleton<IConfiguration>(ConfigurationText.Watched(file, other));
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);

        Assert.ThrowsAny<Exception>(() => file.Change("{ \"HttpCircuitBreaker\": { "));
        other.Change("{ \"Other\": 1 }");

        Assert.Equal((CircuitBreakerMode.Observe, Error), (app.Circuit("client", Uri).Mode, app.Circuit("client", Uri).ConfigurationError));
        Assert.Contains(Error, Assert.Single(app.Log.GetSnapshot(), entry => entry.Level == LogLevel.Error).Message, StringComparison.Ordinal);
        file.Change(ConfigurationText.Root("'Mode': 'Disabled'"));
        Assert.Equal((CircuitBreakerMode.Disabled, null), (app.Circuit("client", Uri).Mode, app.Circuit("client", Uri).ConfigurationError));
    }

    [Fact]
    public async Task Configuration_section_that_becomes_empty_restores_the_defaults()
    {
        using var app = ConfigurationApp.With("'Mode': 'Observe'");
        app.AddClient("client").AddCircuitBreaker();
        await app.IsRejected("client", Uri);

        app.Change("");

        Assert.Equal((CircuitBreakerMode.Enforce, null), (app.Circuit("client", Uri).Mode, app.Circuit("client", Uri).ConfigurationError));
    }

    [Theory]
    [InlineData("{ 'A': { 'B': {} } }", CircuitBreakerMode.Enforce)]
    [InlineData("{ 'A': {} }", CircuitBreakerMode.Observe)]
    [InlineData("{}", CircuitBreakerMode.Observe)]
    public async Task Section_passed_in_code_restores_the_defaults_if_it_is_empty_and_keeps_the_settings_if_missing(
        string changed, CircuitBreakerMode mode)
    {
        using var app = ConfigurationApp.With("");
        app.File!.Change("{ 'A': { 'B': { 'Mode': 'Observe' } } }".Replace('\'', '"'));
        app.AddClient("client").AddCircuitBreaker(app.Configuration!.GetSection("A:B"));
        await app.IsRejected("client", Uri);

        app.File!.Change(changed.Replace('\'', '"'));

        Assert.Equal(mode, app.Circuit("client", Uri).Mode);
    }

    [Fact]
    public async Task Configuration_section_that_never_existed_is_not_reported_as_missing()
    {
        using var app = ConfigurationApp.With("");
        app.File!.Change("{}");
        app.AddClient("client").AddCircuitBreaker(options => options.HalfOpenProbes = 3);
        await app.IsRejected("client", Uri);

        app.File!.Change("{ \"Other\": 1 }");

        Assert.Null(app.Circuit("client", Uri).ConfigurationError);
    }
}
