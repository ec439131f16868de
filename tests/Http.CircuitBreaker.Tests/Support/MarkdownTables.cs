using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Reads the tables of a README.</summary>
internal static partial class MarkdownTables
{
    /// <summary>The rows of tables with four columns: key, default, range, meaning.</summary>
    public static IEnumerable<(string Key, string Default)> Options(string markdown) => OptionRows().Matches(markdown)
        .Select(row => (row.Groups["key"].Value, row.Groups["default"].Value))
        .Where(row => row.Item1 != "key");

    [GeneratedRegex(@"^\| (?<key>\w+) \| (?<default>[^|]+) \|.*\|.*\|$", RegexOptions.Multiline)]
    private static partial Regex OptionRows();
}
