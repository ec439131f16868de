using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Telemetry;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests;

public sealed partial class ReadmeTests
{
    private const string Options = "src/Http.CircuitBreaker/docs/options.md";
    private const string Tuning = "src/Http.CircuitBreaker/docs/tuning.md";

    private static readonly string _readme = Repository.Read("README.md");

    [Fact]
    public void Options_table_lists_every_option_with_its_default_in_code_order()
    {
        var documented = MarkdownTables.Options(Repository.Read(Options)).Where(row => CircuitBreakerOptionTable.Table.Find(row.Key) is not null);

        Assert.Equal(CircuitBreakerOptionTable.Table.Rows.Select(row => (row.Key, DefaultOf(row.Key))), documented);
    }

    [Fact]
    public void Options_page_names_every_public_property_of_the_options()
    {
        var page = Repository.Read(Options);

        Assert.All(typeof(CircuitBreakerOptions).GetProperties(), property => Assert.Contains(property.Name, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Operating_page_lists_every_log_event_with_its_level()
    {
        var documented = LogRows().Matches(Repository.Read("src/Http.CircuitBreaker/docs/operating.md"))
            .Select(row => (row.Groups["id"].Value, row.Groups["name"].Value, row.Groups["level"].Value));
        var defined = LogEvents().Matches(Repository.Read("src/Http.CircuitBreaker/Telemetry/CircuitLog.cs"))
            .Select(entry => (entry.Groups["id"].Value, entry.Groups["name"].Value, entry.Groups["level"].Value));

        Assert.Equal(defined, documented);
    }

    [Theory]
    [InlineData("README.md", 3)]
    [InlineData(Options, 1)]
    [InlineData("src/Http.CircuitBreaker/docs/operating.md", 1)]
    [InlineData("src/Http.CircuitBreaker/docs/testing.md", 3)]
    [InlineData("src/Http.CircuitBreaker/README.md", 2)]
    [InlineData("src/Http.CircuitBreaker.AspNetCore/README.md", 1)]
    [InlineData("src/Http.CircuitBreaker.Redis/README.md", 2)]
    public void Every_README_snippet_is_compiled(string readme, int count)
    {
        string[] files =
        [
            "tests/Http.CircuitBreaker.Tests/ReadmeSnippets.cs",
            "tests/Http.CircuitBreaker.AspNetCore.Tests/ReadmeSnippets.cs",
            "tests/Http.CircuitBreaker.Redis.Tests/ReadmeSnippets.cs",
            ".ci/consumers/web.cs",
        ];
        var compiled = Lines(string.Join('\n', files.Select(Repository.Read)));
        var snippets = CSharpBlocks().Matches(Repository.Read(readme)).Select(block => block.Groups["code"].Value).ToList();

        Assert.Equal(count, snippets.Count);
        Assert.All(snippets, snippet => Assert.Contains(Lines(snippet), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void README_has_150_to_200_lines() => Assert.InRange(_readme.Split('\n').Length - 1, 150, 200);

    [Theory]
    [InlineData("README.md", 8)]
    [InlineData("CONTRIBUTING.md", 0)]
    [InlineData("samples/Fleet/README.md", 0)]
    [InlineData("samples/Payments/README.md", 1)]
    [InlineData("src/Http.CircuitBreaker/docs/how-it-decides.md", 1)]
    [InlineData("src/Http.CircuitBreaker/docs/operating.md", 6)]
    [InlineData(Options, 1)]
    [InlineData("src/Http.CircuitBreaker/docs/performance.md", 1)]
    [InlineData(Tuning, 5)]
    public void Every_linked_file_exists(string page, int minimum)
    {
        var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!);
        var paths = Links().Matches(Repository.Read(page)).Select(link => link.Groups["path"].Value)
            .Where(path => !path.StartsWith("http", StringComparison.Ordinal))
            .ToList();

        Assert.True(paths.Count >= minimum, $"{page} has lost its links.");
        Assert.All(paths, path => Assert.True(File.Exists(Path.Combine(folder, path)), path));
    }

    [Fact]
    public void Configuration_snippet_in_the_README_is_valid_and_applied()
    {
        var json = JsonBlock().Match(_readme).Groups["code"].Value;
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddHttpClient("PaymentClient").AddCircuitBreaker();
        using var provider = services.BuildServiceProvider();

        var settings = provider.GetRequiredService<IClientSettingsSource>().Load("PaymentClient");

        Assert.Equal(TimeSpan.FromSeconds(10), settings.Options.BreakDuration);
        Assert.Equal(20, settings.Find(CircuitKey.FromUri("PaymentClient", new Uri("https://api.example.com:8443"))).MinimumThroughput);
    }

    [Fact]
    public void Configuration_snippets_on_the_options_page_are_valid_and_applied()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder();
        var snippets = JsonBlock().Matches(Repository.Read(Options)).Select(block => block.Groups["code"].Value).ToList();
        foreach (var json in snippets)
        {
            configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        }

        services.AddSingleton<IConfiguration>(configuration.Build());
        string[] clients = ["PaymentClient", "gateway", "AzureOpenAI", "TenantClient"];
        foreach (var client in clients)
        {
            services.AddHttpClient(client).AddCircuitBreaker();
        }

        using var provider = services.BuildServiceProvider();
        var source = provider.GetRequiredService<IClientSettingsSource>();
        var settings = clients.ToDictionary(client => client, source.Load);

        Assert.Equal(2, snippets.Count);
        Assert.Equal(["orders", "reports"], settings["gateway"].Names.Order(StringComparer.Ordinal));
        Assert.Equal(20_000, Circuit("gateway", "reports").SlowCallDuration);
        Assert.Equal(120_000, Circuit("AzureOpenAI", "openai/deployments/gpt-4o").MaxRetryAfter);
        Assert.Equal(50, Circuit("TenantClient", "acme").MinimumThroughput);

        HostSettings Circuit(string client, string name) =>
            settings[client].Find(CircuitKey.FromUri(client, new Uri("https://any.example")).WithName(name));
    }

    [Fact]
    public void Configuration_snippet_on_the_tuning_page_is_valid_and_applied()
    {
        var json = Assert.Single(JsonBlock().Matches(Repository.Read(Tuning))).Groups["code"].Value;
        var services = new ServiceCollection().AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
        services.AddHttpClient("PaymentClient").AddCircuitBreaker();
        services.AddHttpClient("other").AddCircuitBreaker();
        using var provider = services.BuildServiceProvider();
        var source = provider.GetRequiredService<IClientSettingsSource>();

        Assert.Equal(CircuitBreakerMode.Enforce, source.Load("PaymentClient").Options.Mode);
        Assert.Equal(CircuitBreakerMode.Observe, source.Load("other").Options.Mode);
    }

    [Fact]
    public void Every_example_on_the_tuning_page_is_a_valid_setting_other_than_the_default()
    {
        var settings = SettingExamples().Matches(Repository.Read(Tuning)).Select(setting => setting.Groups["setting"].Value).ToList();

        Assert.True(settings.Count >= 15, "The table must have an example in each row.");
        Assert.All(settings, setting =>
        {
            using var app = ConfigurationApp.With(setting.Replace('"', '\''));
            app.AddClient("client").AddCircuitBreaker();
            var property = typeof(CircuitBreakerOptions).GetProperty(setting.Split('"')[1])!;

            Assert.NotEqual(property.GetValue(new CircuitBreakerOptions()), property.GetValue(app.Options("client")));
        });
    }

    [Fact]
    public void Every_instrument_and_reason_on_the_tuning_page_exists()
    {
        var page = Repository.Read(Tuning);
        var known = typeof(TelemetryNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.All(Instruments().Matches(page).Select(name => name.Value), name => Assert.Contains(name, known));
        Assert.All(["FailureRatio", "Unresponsive", "HostAnswered", "RecoveryFailed"], reason =>
        {
            Assert.True(Enum.TryParse<CircuitTransitionReason>(reason, out _), reason);
            Assert.Contains($"`{reason}`", page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_figure_on_the_performance_page_is_measured_by_the_benchmark()
    {
        var measured = string.Join('\n', Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests/Http.CircuitBreaker.Benchmarks/Quick"), "*.cs").Select(File.ReadAllText));
        var figures = Figures().Matches(Repository.Read("src/Http.CircuitBreaker/docs/performance.md"))
            .Select(figure => figure.Groups["name"].Value)
            .ToList();

        Assert.True(figures.Count >= 15, "The page must name the figure of each row.");
        Assert.All(figures, figure => Assert.Contains($"\"{figure}\"", measured, StringComparison.Ordinal));
    }

    [Fact]
    public void README_mentions_every_public_type_that_users_need()
    {
        // The snippets call the methods of these types without naming the types.
        string[] byUse = ["CircuitBreakerRequestExtensions", "CircuitRejectionExtensions", "CircuitBreakerHttpClientBuilderExtensions", "CircuitBreakerServiceCollectionExtensions"];

        // Only packages that share circuits use these types.
        string[] forSatellites = ["ICircuitBackplaneReceiver", "ICircuitBackplaneStatus", "IProbeLeases", "ProbeRequest", "RemoteOpening"];
        var unnamed = typeof(CircuitBreakerHandler).Assembly.GetExportedTypes()
            .Select(type => type.Name)
            .Except(byUse)
            .Except(forSatellites)
            .Where(name => !_readme.Contains(name, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            ["CircuitBreakerMode", "CircuitOutcome", "CircuitRejection", "CircuitScope", "CircuitTransitionReason", "CompletedCall", "RetryAfterHandling"],
            unnamed);
    }

    [Fact]
    public void README_lists_every_metric_instrument()
    {
        string[] instruments =
        [
            TelemetryNames.Requests, TelemetryNames.Failures, TelemetryNames.Rejections, TelemetryNames.Transitions, TelemetryNames.Circuits,
            TelemetryNames.State, TelemetryNames.FailureRatio, TelemetryNames.InFlight, TelemetryNames.OpenDuration,
        ];

        Assert.All(instruments, instrument => Assert.Contains($"`{instrument}`", _readme, StringComparison.Ordinal));
    }

    private static string DefaultOf(string key) =>
        Convert.ToString(typeof(CircuitBreakerOptions).GetProperty(key)!.GetValue(new CircuitBreakerOptions()) ?? "null", CultureInfo.InvariantCulture)!;

    // Removes indentation and empty lines.
    private static string Lines(string code) =>
        string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\]\((?<path>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Links();

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlocks();

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<name>\w+) \| (?<level>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex LogRows();

    [GeneratedRegex(@"EventId = (?<id>\d+), Level = LogLevel\.(?<level>\w+), EventName = ""(?<name>\w+)""")]
    private static partial Regex LogEvents();

    [GeneratedRegex(@"`(?<setting>""[A-Z]\w+"": [^`]+)`")]
    private static partial Regex SettingExamples();

    [GeneratedRegex(@"http_circuit_breaker\.[a-z_.]*[a-z]")]
    private static partial Regex Instruments();

    [GeneratedRegex(@"`(?<name>[a-z0-9]+(_[a-z0-9]+)+)`")]
    private static partial Regex Figures();

    [GeneratedRegex("^```json\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
