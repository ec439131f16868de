using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Clients.Tests;

/// <summary>The code on the page about client libraries is the code that these tests run.</summary>
public sealed partial class WithYourClientPageTests
{
    private const string Folder = "tests/Http.CircuitBreaker.Clients.Tests";

    private static readonly string _page = Repository.Read("src/Http.CircuitBreaker/docs/with-your-client.md");

    private static readonly Dictionary<string, string> _snippets = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, Folder), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => Snippet().Matches(File.ReadAllText(file)))
        .ToDictionary(snippet => snippet.Groups["name"].Value, snippet => Lines(snippet.Groups["code"].Value));

    [Fact]
    public void Code_blocks_on_the_page_match_the_snippets_in_the_tests() =>
        Assert.Equal(_snippets.Values.Order(StringComparer.Ordinal), Blocks().Order(StringComparer.Ordinal));

    [Fact]
    public void Snippets_have_at_most_five_lines_of_code() => Assert.All(_snippets, snippet =>
        Assert.InRange(snippet.Value.Split('\n').Count(line => line.AsSpan().ContainsAnyExcept("{}();")), 1, 5));

    /// <summary>Every row names its test class, and every test class of a library has a row.</summary>
    [Fact]
    public void Table_on_the_page_links_to_every_test_class()
    {
        var classes = Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder), "*Tests.cs")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Except([nameof(WithYourClientPageTests)]);

        Assert.Equal(
            classes.Order(StringComparer.Ordinal),
            TestLinks().Matches(_page).Select(link => link.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Blocks() => CSharpBlocks().Matches(_page).Select(block => Lines(block.Groups["code"].Value));

    // Removes indentation and empty lines.
    private static string Lines(string code) =>
        string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("// snippet: (?<name>[a-z0-9-]+)\n(?<code>.*?)// end snippet", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlocks();

    [GeneratedRegex(@"\]\([./]*/tests/Http\.CircuitBreaker\.Clients\.Tests/(?<name>\w+)\.cs\)")]
    private static partial Regex TestLinks();
}
