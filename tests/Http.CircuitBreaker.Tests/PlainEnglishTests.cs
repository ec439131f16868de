using System.Text.RegularExpressions;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.Tests;

/// <summary>Comments, documentation, string literals and test names contain no phrase that has a plainer replacement.</summary>
public sealed partial class PlainEnglishTests
{
    // A space also matches a line break in a comment. The folder limits a phrase to the files below it.
    private static readonly BannedPhrase[] _phrases =
    [
        new(@"\bwhoever\b", "any caller that"),
        new(@"\bwho (is|has|asks|counts|finds|ends)\b", "name the subject"),
        new(@"(?<!\bthere )\b(is|are) no (?!longer\b)[a-z]+", "is not a, or: has no"),
        new(@"\bat once\b", "immediately, or: simultaneously"),
        new(@"\banew\b", "again"),
        new(@"\bnobody\b", "no caller, or: no one"),
        new(@"\bstorey\b", "layer"),
        new(@"\bunder the gate\b", "under the lock"),
        new(@"\bodometer\b", "cumulative counters"),
        new(@"\bledger\b", "record, or: totals"),
        new(@"\bverdict\b", "result, or: outcome", Folder: "src/"),
    ];

    private static readonly BannedPhrase[] _identifiers = [new("fleet", "backplane", Folder: "src/")];

    [Fact]
    public void Sources_samples_and_tests_contain_no_banned_phrase() => AssertNone(
        from folder in (string[])["src", "samples", "tests"]
        from file in SourceFiles.Below(folder, ".cs")
        where Path.GetFileName(file) != $"{nameof(PlainEnglishTests)}.cs"
        from violation in FindInCode(file, Repository.Read(file))
        select violation);

    [Fact]
    public void Markdown_contains_no_banned_phrase() => AssertNone(
        from file in SourceFiles.Below("", ".md")
        from violation in Find(_phrases, file, Repository.Read(file))
        select violation);

    [Theory]
    [InlineData("src/A.cs", "// Whoever asks is admitted.", "src/A.cs:1: 'Whoever' -> any caller that")]
    [InlineData("src/A.cs", "/// <summary>A caller who\n/// finds a slot.</summary>", "src/A.cs:1: 'who finds' -> name the subject")]
    [InlineData("src/A.cs", "\n/* It is no error. */", "src/A.cs:2: 'is no error' -> is not a, or: has no")]
    [InlineData("src/A.cs", "var text = $\"{name} is asked at once.\";", "src/A.cs:1: 'at once' -> immediately, or: simultaneously")]
    [InlineData("src/A.cs", "var text = @\"\"\"quoted\"\" anew\";", "src/A.cs:1: 'anew' -> again")]
    [InlineData("src/A.cs", "var text = \"\"\"\n  under the gate\n  \"\"\";", "src/A.cs:2: 'under the gate' -> under the lock")]
    [InlineData("src/A.cs", "var open = IsFleetOpen;", "src/A.cs:1: 'Fleet' -> backplane")]
    [InlineData("src/A.cs", "// The verdict.", "src/A.cs:1: 'verdict' -> result, or: outcome")]
    [InlineData("tests/A.cs", "public void Nobody_is_asked() { }", "tests/A.cs:1: 'Nobody' -> no caller, or: no one")]
    [InlineData("tests/A.cs", "public async Task Call_is_no_probe() { }", "tests/A.cs:1: 'is no probe' -> is not a, or: has no")]
    public void Banned_phrase_is_reported_with_its_file_line_and_replacement(string file, string text, string expected) =>
        Assert.Equal([expected], FindInCode(file, text));

    [Theory]
    [InlineData("src/A.cs", "// There is no circuit, and it is no longer needed.")]
    [InlineData("src/A.cs", "// This is fine: \"it is\" + no;")]
    [InlineData("src/A.cs", "var verdict = $\"{anew} {(at ? \"a\" : \"b\")}\"; // Other instances of the fleet.")]
    [InlineData("src/A.cs", "var quote = '\"'; Anew(); var other = '\\''; Nobody();")]
    [InlineData("tests/A.cs", "var fleet = new Fleet(); // The verdict.")]
    public void Banned_words_in_code_and_allowed_phrases_are_not_reported(string file, string text) => Assert.Empty(FindInCode(file, text));

    private static IEnumerable<string> FindInCode(string file, string text)
    {
        var source = new SourceText(text);
        var names = TestNames(source.Code);
        return [.. Find(_phrases, file, source.Prose), .. Find(_phrases, file, names), .. Find(_identifiers, file, source.Code)];
    }

    private static IEnumerable<string> Find(IEnumerable<BannedPhrase> phrases, string file, string text) =>
        from phrase in phrases
        where file.StartsWith(phrase.Folder, StringComparison.Ordinal)
        from match in phrase.Regex.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n') + 1
        select $"{file}:{line}: '{WhiteSpace().Replace(match.Value, " ")}' -> {phrase.Replacement}";

    // The names at their place in the file, with spaces between the words and nothing else on their line.
    private static string TestNames(string code) =>
        string.Join('\n', code.Split('\n').Select(line => TestName().Match(line).Groups["name"].Value.Replace('_', ' ') + "."));

    private static void AssertNone(IEnumerable<string> violations)
    {
        var list = violations.ToList();
        Assert.True(list.Count == 0, string.Join(Environment.NewLine, list));
    }

    [GeneratedRegex(@"\b(void|Task|ValueTask) (?<name>[A-Za-z]\w*_\w+)\(")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    private sealed record BannedPhrase(string Pattern, string Replacement, string Folder = "")
    {
        public Regex Regex { get; } =
            new(Pattern.Replace(" ", @"\s+", StringComparison.Ordinal), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
