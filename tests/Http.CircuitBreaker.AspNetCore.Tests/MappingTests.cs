using Http.CircuitBreaker.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Tests;

/// <summary>Registration, mapping and options.</summary>
public sealed class MappingTests
{
    [Fact]
    public async Task Mapping_without_services_names_the_missing_call()
    {
        await using var app = WebApplication.CreateBuilder().Build();
        var exception = Assert.Throws<InvalidOperationException>(() => app.MapCircuitBreakers());
        Assert.Contains("builder.Services.AddCircuitBreakerEndpoints()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_can_be_added_twice_and_without_circuit_breakers()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddCircuitBreakerEndpoints().AddCircuitBreakerEndpoints(options => options.EnableControl = true);
        await using var app = builder.Build();
        app.MapCircuitBreakers();
        Assert.Empty(app.Services.GetRequiredService<ICircuitRegistry>().GetSnapshots());
        Assert.Single(app.Services.GetServices<ICircuitObserver>());
        Assert.True(app.Services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value.EnableControl);
    }

    [Fact]
    public void Options_come_from_the_section_and_then_from_code()
    {
        using var services = Build(
            options => options.MaxViewers = 7,
            ("EnableControl", "true"), ("MaxViewers", "5"), ("HeartbeatInterval", "00:00:20"), ("RefreshInterval", "00:00:00.5"), ("HistoryLength", "0"));
        var options = services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value;
        Assert.Equal((true, 7, 20, 0.5, 0), (options.EnableControl, options.MaxViewers, options.HeartbeatInterval.TotalSeconds, options.RefreshInterval.TotalSeconds, options.HistoryLength));
    }

    [Theory]
    [InlineData("RefreshInterval", "00:00:00.05", "must be from 00:00:00.1000000 to 00:01:00")]
    [InlineData("RefreshInterval", "00:01:01", "must be from")]
    [InlineData("HeartbeatInterval", "30", "did you mean '00:00:30'?")]
    [InlineData("HeartbeatInterval", "00:00:00", "must be from 00:00:01 to 00:05:00")]
    [InlineData("MaxViewers", "0", "must be from 1 to 10000")]
    [InlineData("MaxViewers", "10001", "must be from 1 to 10000")]
    [InlineData("HistoryLength", "-1", "must be from 0 to 10000")]
    public void What_is_out_of_range_is_told_with_its_path(string key, string value, string expected)
    {
        using var services = Build(null, (key, value));
        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value);
        Assert.Contains($"HttpCircuitBreaker:Endpoints:{key}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EnableControls", "true")]
    [InlineData("EnableControl", "yes")]
    [InlineData("MaxViewers", "many")]
    public void What_cannot_be_read_is_told_with_its_name(string key, string value)
    {
        using var services = Build(null, (key, value));
        var exception = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IOptions<CircuitEndpointsOptions>>().Value);
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_core_does_not_take_the_section_for_a_misspelt_setting()
    {
        var plan = new AppSetup { Services = services => services.AddSingleton<IConfiguration>(Configuration(("MaxViewers", "5"))) };
        await using var app = await CircuitsApp.StartAsync(plan);
        await app.CallAsync();
        Assert.Null(app.Circuits.Find(CircuitsApp.Key)!.ConfigurationError);
    }

    private static ServiceProvider Build(Action<CircuitEndpointsOptions>? configure, params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddSingleton<IConfiguration>(Configuration(settings)).AddCircuitBreakerEndpoints(configure).BuildServiceProvider();

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"HttpCircuitBreaker:Endpoints:{setting.Key}", (string?)setting.Value)))
        .Build();
}
