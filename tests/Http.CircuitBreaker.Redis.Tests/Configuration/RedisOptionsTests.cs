using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.Redis.Tests.Configuration;

/// <summary>The section is read as the core reads its own, and everything that is wrong with it is told at once.</summary>
public sealed class RedisOptionsTests
{
    [Fact]
    public void Every_option_is_read_from_the_section_and_code_wins()
    {
        var options = Read("""
            { "Configuration": "server:1", "Prefix": "p", "Quorum": "3", "ProbeLease": "false", "PollInterval": "00:00:02",
              "CommandTimeout": "00:00:00.5", "InstanceName": "i" }
            """, options => options.Prefix = "code");

        Assert.Equal(("server:1", "code", 3.0, false, "i"), (options.Configuration, options.Prefix, options.Quorum, options.ProbeLease, options.InstanceName));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.5)), (options.PollInterval, options.CommandTimeout));
    }

    [Theory]
    [InlineData("{ 'Quorun': 2 }", "HttpCircuitBreaker:Redis:Quorun: there is no such setting; did you mean 'Quorum'?")]
    [InlineData("{ 'Quorum': 0 }", "HttpCircuitBreaker:Redis:Quorum: '0' is out of range; it must be a share above 0 and below 1, or a whole number of instances up to 10000.")]
    [InlineData("{ 'Quorum': 1.5 }", "HttpCircuitBreaker:Redis:Quorum: '1.5' is out of range; it must be a share above 0 and below 1, or a whole number of instances up to 10000.")]
    [InlineData("{ 'Quorum': 'NaN' }", "HttpCircuitBreaker:Redis:Quorum: 'NaN' is out of range; it must be a share above 0 and below 1, or a whole number of instances up to 10000.")]
    [InlineData("{ 'PollInterval': '5' }", "HttpCircuitBreaker:Redis:PollInterval: '5' would be 5 days; did you mean '00:00:05'?")]
    [InlineData("{ 'PollInterval': '00:02:00' }", "HttpCircuitBreaker:Redis:PollInterval: '00:02:00' is out of range; it must be from 00:00:00.100 to 00:01:00.")]
    [InlineData("{ 'CommandTimeout': '0' }", "HttpCircuitBreaker:Redis:CommandTimeout: '0' is out of range; it must be from 00:00:00.050 to 00:01:00.")]
    [InlineData("{ 'ProbeLease': 'maybe' }", "HttpCircuitBreaker:Redis:ProbeLease: 'maybe' is neither 'true' nor 'false'.")]
    [InlineData("{ 'Prefix': 'a{b}' }", "HttpCircuitBreaker:Redis:Prefix: 'a{b}' is no name; it must have 1 to 100 characters and no braces, spaces or control characters.")]
    [InlineData("{ 'InstanceName': '' }", "HttpCircuitBreaker:Redis:InstanceName: '' is no name; it must have 1 to 100 characters and no braces, spaces or control characters.")]
    [InlineData("{ 'Prefix': { 'x': 1 } }", "HttpCircuitBreaker:Redis:Prefix: a single value is expected here, not an object or a list.")]
    [InlineData("'localhost'", "HttpCircuitBreaker:Redis: an object is expected here, not a single value.")]
    public void What_is_wrong_is_told_with_path_value_and_limit(string json, string fault)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read(json.Replace('\'', '"'), options => options.Configuration = "server:1"));

        Assert.Equal([fault], exception.Failures);
    }

    [Fact]
    public async Task All_faults_are_told_together_when_the_host_starts()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("HttpCircuitBreaker:Redis:Quorum", "-1"), new("HttpCircuitBreaker:Redis:X", "1")]);
        builder.Services.AddCircuitBreakerRedis();
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(3, exception.Failures.Count());
        Assert.Contains(
            "HttpCircuitBreaker:Redis:Configuration: there is no Redis server; set a configuration string such as 'localhost:6379', or register an IConnectionMultiplexer.",
            exception.Failures);
    }

    private static RedisCircuitOptions Read(string json, Action<RedisCircuitOptions> configure)
    {
        var text = $"{{ \"HttpCircuitBreaker\": {{ \"Redis\": {json} }} }}";
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(text))).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCircuitBreakerRedis(configure).BuildServiceProvider();
        return services.GetRequiredService<IOptions<RedisCircuitOptions>>().Value;
    }
}
