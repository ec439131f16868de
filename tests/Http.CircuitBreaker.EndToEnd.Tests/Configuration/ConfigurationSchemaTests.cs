using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;
using Json.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.EndToEnd.Tests.Configuration;

/// <summary>
/// Editors use the schemas of the packages to complete and check appsettings.json. To write the schemas after a change of the options,
/// run the test with the environment variable <c>UPDATE_SCHEMAS=1</c>.
/// </summary>
public sealed partial class ConfigurationSchemaTests
{
    private static readonly JsonSerializerOptions _indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    // An editor applies the schemas of all packages.
    private static readonly List<JsonSchema> _schemas =
    [
        .. SchemaGenerator.Packages.Keys.Select(
            package => JsonSchema.FromText(Repository.Read(PathOf(package)), new BuildOptions { Dialect = Dialect.Draft07 })),
    ];

    public static TheoryData<string> Packages => [.. SchemaGenerator.Packages.Keys];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Configuration_schema_matches_the_options_and_their_documentation(string package)
    {
        var generated = SchemaGenerator.Packages[package]().ToJsonString(_indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMAS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, PathOf(package)), generated);
        }

        Assert.Equal(generated, Repository.Read(PathOf(package)));
    }

    [Theory]
    [InlineData("samples/Payments/appsettings.json")]
    [InlineData("samples/Gateway/appsettings.json")]
    public void Settings_of_each_sample_are_valid(string file) => Assert.Empty(Validate(Repository.Read(file)));

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Http.CircuitBreaker/docs/options.md")]
    [InlineData("src/Http.CircuitBreaker/docs/tuning.md")]
    [InlineData("src/Http.CircuitBreaker/docs/with-your-client.md")]
    [InlineData("src/Http.CircuitBreaker.Redis/README.md")]
    public void Settings_in_the_documentation_are_valid(string page) => Assert.All(
        JsonBlocks().Matches(Repository.Read(page)).Select(block => block.Groups["json"].Value).Where(json => json.Contains("HttpCircuitBreaker", StringComparison.Ordinal)),
        json => Assert.Empty(Validate(json)));

    [Theory]
    [InlineData("'FailureRatio': null, 'ConsecutiveFailures': null, 'SlowCallDuration': '00:00:02'")]
    [InlineData("'FailureStatusCodes': [ 503, '5xx', '429-431' ], 'FailureGrpcStatusCodes': [ 14, '2-4' ]")]
    [InlineData("'FailureStatusCodes': '408, 5xx', 'FailureGrpcStatusCodes': []")]
    [InlineData("'Clients': { 'client': { 'Mode': 'Observe', 'Scope': 'Host', 'ProbePath': '/health' } }")]
    [InlineData("'Hosts': { '[::1]': { 'BreakDuration': '0.00:00:01.5' }, 'api.example.com': { '8443': { 'MinimumThroughput': 1 } } }")]
    [InlineData("'AllowUnknownClients': true, 'Clients': { 'other': {} }, 'Endpoints': { 'EnableControl': true }")]
    [InlineData("'Redis': { 'Configuration': 'localhost', 'Quorum': 2, 'PollInterval': '00:00:02' }")]
    public void Valid_settings_are_accepted_by_the_JSON_schema_and_by_the_library(string settings)
    {
        Assert.Empty(Validate(Root(settings)));
        Assert.Empty(Start(Root(settings)));
    }

    [Theory]
    [InlineData("'FailureRate': 0.5")]
    [InlineData("'FailureRatio': 50")]
    [InlineData("'FailureRatio': '50%'")]
    [InlineData("'FailureRatio': 0")]
    [InlineData("'MinimumThroughput': 0")]
    [InlineData("'MinimumThroughput': 2.5")]
    [InlineData("'ConsecutiveFailures': 0")]
    [InlineData("'SamplingDuration': 30")]
    [InlineData("'SamplingDuration': '30s'")]
    [InlineData("'BreakDuration': '00:30'")]
    [InlineData("'SlowCallDuration': '24:00:00'")]
    [InlineData("'BreakJitter': 1.5")]
    [InlineData("'HalfOpenProbes': 101")]
    [InlineData("'Mode': 'Off'")]
    [InlineData("'Enabled': false")]
    [InlineData("'ProbePath': 'health'")]
    [InlineData("'FailureStatusCodes': [ 'ServiceUnavailable' ]")]
    [InlineData("'FailureGrpcStatusCodes': [ 17 ]")]
    [InlineData("'Clients': [ { 'FailureRatio': 0.5 } ]")]
    [InlineData("'Clients': { 'client': { 'Hosts': { 'api': {} } } }")]
    [InlineData("'Hosts': { 'https://api.example.com': { 'FailureRatio': 0.2 } }")]
    [InlineData("'Hosts': { 'api.example.com': { 'MaxCircuits': 5 } }")]
    [InlineData("'Hosts': { 'api.example.com': { '8443': { 'FailureRatio': 2 } } }")]
    [InlineData("'Classify': 'x'")]
    [InlineData("'Endpoints': { 'MaxViewers': 0 }")]
    [InlineData("'Endpoints': { 'AllowControl': true }")]
    [InlineData("'Redis': { 'Configuration': 'localhost', 'Quorum': 0 }")]
    [InlineData("'Redis': { 'Configuration': 'localhost', 'ConnectionString': 'localhost' }")]
    public void Invalid_settings_are_reported_by_the_JSON_schema_and_by_the_library(string settings)
    {
        Assert.NotEmpty(Validate(Root(settings)));
        Assert.NotEmpty(Start(Root(settings)));
    }

    private static string PathOf(string package) => $"src/{package}/ConfigurationSchema.json";

    private static string Root(string settings) => $"{{ 'HttpCircuitBreaker': {{ {settings} }} }}".Replace('\'', '"');

    private static List<string> Validate(string json)
    {
        using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip });
        return
        [
            .. from schema in _schemas
            let results = schema.Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List })
            where !results.IsValid
            from detail in results.Details ?? []
            from error in detail.Errors ?? []
            select $"{detail.InstanceLocation}: {error.Value}",
        ];
    }

    private static IEnumerable<string> Start(string json)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
        services.AddHttpClient("client").AddCircuitBreaker();
        services.AddCircuitBreakerEndpoints();
        if (json.Contains("\"Redis\"", StringComparison.Ordinal))
        {
            services.AddCircuitBreakerRedis();
        }

        using var provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (AggregateException exception)
        {
            return exception.InnerExceptions.Select(inner => inner.Message);
        }
    }

    [GeneratedRegex("^```json\n(?<json>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlocks();
}
