using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>The section <c>HttpCircuitBreaker:Redis</c>.</summary>
public sealed class RedisOptionsTests
{
    private const string MissingServer = "HttpCircuitBreaker:Redis:Configuration: no Redis server is configured; "
        + "set a connection string, for example localhost:6379, or register an IConnectionMultiplexer";

    private const string QuorumRange = "it must be a share above 0 and below 1, or a whole number of instances up to 10000";
    private const string NameError = "is not a valid name; use 1 to 100 characters without braces, spaces or control characters";

    [Fact]
    public void Options_set_in_code_override_the_configuration_section()
    {
        var options = Read("""
            { "Configuration": "server:1", "Prefix": "p", "Quorum": "3", "ProbeLease": "false", "PollInterval": "00:00:02",
              "CommandTimeout": "00:00:00.5", "InstanceName": "i" }
            """, options => options.Prefix = "code");

        Assert.Equal(("server:1", "code", "i"), (options.Configuration, options.Prefix, options.InstanceName));
        Assert.Equal((3.0, false), (options.Quorum, options.ProbeLease));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.5)), (options.PollInterval, options.CommandTimeout));
    }

    [Theory]
    [InlineData("{ 'Quorun': 2 }", ":Quorun: unknown setting; did you mean 'Quorum'?")]
    [InlineData("{ 'Quorum': 0 }", ":Quorum: '0' is out of range; " + QuorumRange)]
    [InlineData("{ 'Quorum': 1.5 }", ":Quorum: '1.5' is out of range; " + QuorumRange)]
    [InlineData("{ 'Quorum': 'NaN' }", ":Quorum: 'NaN' is out of range; " + QuorumRange)]
    [InlineData("{ 'PollInterval': '5' }", ":PollInterval: '5' means 5 days; did you mean '00:00:05'?")]
    [InlineData("{ 'PollInterval': '00:02:00' }", ":PollInterval: '00:02:00' is out of range; it must be from 00:00:00.100 to 00:01:00")]
    [InlineData("{ 'CommandTimeout': '0' }", ":CommandTimeout: '0' is out of range; it must be from 00:00:00.050 to 00:01:00")]
    [InlineData("{ 'ProbeLease': 'maybe' }", ":ProbeLease: 'maybe' is not a boolean; use true or false")]
    [InlineData("{ 'Prefix': 'a{b}' }", ":Prefix: 'a{b}' " + NameError)]
    [InlineData("{ 'InstanceName': '' }", ":InstanceName: '' " + NameError)]
    [InlineData("{ 'Prefix': { 'x': 1 } }", ":Prefix: expected a single value, not an object or a list")]
    [InlineData("'localhost'", ": expected an object, not a single value")]
    public void Error_for_an_invalid_setting_contains_its_path_value_and_limit(string json, string error)
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => Read(json.Replace('\'', '"'), options => options.Configuration = "server:1"));

        Assert.Equal([$"HttpCircuitBreaker:Redis{error}"], exception.Failures);
    }

    [Fact]
    public void Error_for_a_value_set_in_code_names_the_option_the_value_and_the_limit()
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => Read("{}", options => (options.Configuration, options.Quorum) = ("server:1", double.NaN)));

        Assert.Equal([$"RedisCircuitOptions: Quorum 'NaN' is out of range; {QuorumRange}"], exception.Failures);
    }

    [Theory]
    [InlineData("{ 'Configuration': '' }")]
    [InlineData("{ 'Configuration': null }")]
    public void Empty_connection_string_is_reported_as_a_missing_server(string json)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read(json.Replace('\'', '"'), _ => { }));

        Assert.Equal([MissingServer], exception.Failures);
    }

    [Fact]
    public void JSON_null_resets_an_option_to_its_default()
    {
        var options = Read("""{ "Configuration": "server:1", "Prefix": null, "PollInterval": null }""", _ => { });

        Assert.Equal((new RedisCircuitOptions().Prefix, TimeSpan.FromSeconds(1)), (options.Prefix, options.PollInterval));
    }

    [Fact]
    public async Task All_errors_are_reported_together_when_the_host_starts()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("HttpCircuitBreaker:Redis:Quorum", "-1"), new("HttpCircuitBreaker:Redis:X", "1")]);
        builder.Services.AddCircuitBreakerRedis();
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(3, exception.Failures.Count());
        Assert.Contains(MissingServer, exception.Failures);
    }

    private static RedisCircuitOptions Read(string json, Action<RedisCircuitOptions> configure)
    {
        var text = $"{{ \"HttpCircuitBreaker\": {{ \"Redis\": {json} }} }}";
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration).AddCircuitBreakerRedis(configure).BuildServiceProvider();
        return services.GetRequiredService<IOptions<RedisCircuitOptions>>().Value;
    }
}
