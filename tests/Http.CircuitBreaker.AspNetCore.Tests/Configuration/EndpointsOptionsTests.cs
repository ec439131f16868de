using Http.CircuitBreaker.AspNetCore.Configuration;
using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Tests.Configuration;

/// <summary>The section <c>HttpCircuitBreaker:Endpoints</c>.</summary>
public sealed class EndpointsOptionsTests
{
    [Fact]
    public void Every_option_can_be_set_in_the_configuration_section() => Assert.Equal(
        typeof(CircuitEndpointsOptions).GetProperties().Select(property => property.Name),
        EndpointsOptionsSetup.Table.Rows.Select(row => row.Key));

    [Fact]
    public void Options_set_in_code_override_the_configuration_section()
    {
        var options = Read(
            options => options.MaxViewers = 7,
            ("EnableControl", "true"),
            ("MaxViewers", "5"),
            ("HeartbeatInterval", "00:00:20"),
            ("RefreshInterval", "00:00:00.5"),
            ("HistoryLength", "0"));

        Assert.Equal((true, 7, 0), (options.EnableControl, options.MaxViewers, options.HistoryLength));
        Assert.Equal((20, 0.5), (options.HeartbeatInterval.TotalSeconds, options.RefreshInterval.TotalSeconds));
    }

    [Theory]
    [InlineData("RefreshInterval", "00:00:00.05", "'00:00:00.05' is out of range; it must be from 00:00:00.100 to 00:01:00")]
    [InlineData("RefreshInterval", "00:01:01", "'00:01:01' is out of range; it must be from 00:00:00.100 to 00:01:00")]
    [InlineData("HeartbeatInterval", "30", "'30' means 30 days; did you mean '00:00:30'?")]
    [InlineData("HeartbeatInterval", "00:00:00", "'00:00:00' is out of range; it must be from 00:00:01 to 00:05:00")]
    [InlineData("HeartbeatInterval", "00:05:01", "'00:05:01' is out of range; it must be from 00:00:01 to 00:05:00")]
    [InlineData("MaxViewers", "0", "'0' is out of range; it must be from 1 to 10000")]
    [InlineData("MaxViewers", "10001", "'10001' is out of range; it must be from 1 to 10000")]
    [InlineData("HistoryLength", "-1", "'-1' is out of range; it must be from 0 to 10000")]
    [InlineData("HistoryLength", "10001", "'10001' is out of range; it must be from 0 to 10000")]
    [InlineData("EnableControls", "true", "unknown setting; did you mean 'EnableControl'?")]
    [InlineData("EnableControl", "yes", "'yes' is not a boolean; use true or false")]
    [InlineData("MaxViewers", "many", "'many' is not a whole number; write digits only, for example 10")]
    public void Error_for_an_invalid_setting_contains_its_path_value_and_limit(string key, string value, string error)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read(null, (key, value)));

        Assert.Equal([$"HttpCircuitBreaker:Endpoints:{key}: {error}"], exception.Failures);
    }

    [Fact]
    public void Errors_in_the_configuration_and_in_code_are_reported_together()
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => Read(options => options.HistoryLength = -1, ("EnableControl", "yes"), ("MaxViewers", "0")));

        Assert.Equal(
            [
                "HttpCircuitBreaker:Endpoints:EnableControl: 'yes' is not a boolean; use true or false",
                "HttpCircuitBreaker:Endpoints:MaxViewers: '0' is out of range; it must be from 1 to 10000",
                "CircuitEndpointsOptions: HistoryLength '-1' is out of range; it must be from 0 to 10000",
            ],
            exception.Failures);
    }

    [Fact]
    public async Task Endpoints_section_is_not_reported_as_an_unknown_setting()
    {
        var setup = new AppSetup { Services = services => services.AddSingleton<IConfiguration>(Configuration(("MaxViewers", "5"))) };
        await using var app = await CircuitsApp.StartAsync(setup);
        await app.CallAsync();
        Assert.Null(app.Circuits.Find(CircuitsApp.Key)!.ConfigurationError);
    }

    private static CircuitEndpointsOptions Read(Action<CircuitEndpointsOptions>? configure, params (string Key, string Value)[] settings)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(Configuration(settings)).AddCircuitBreakerEndpoints(configure).BuildServiceProvider();
        return services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value;
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(
            setting => KeyValuePair.Create($"HttpCircuitBreaker:Endpoints:{setting.Key}", (string?)setting.Value)))
        .Build();
}
