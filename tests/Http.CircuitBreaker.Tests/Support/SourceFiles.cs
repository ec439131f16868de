using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>The hand-written files of the repository, and the types that they declare.</summary>
internal static partial class SourceFiles
{
    /// <summary>All files below a folder with this extension, as paths relative to the repository with forward slashes.</summary>
    public static IReadOnlyList<string> Below(string folder, string extension) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*" + extension, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !Generated().IsMatch("/" + file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every part of every type declared outside another type, with its number of lines.</summary>
    public static IEnumerable<(string Name, bool IsPartial, int Lines)> TypesIn(string text)
    {
        var code = new SourceText(text).Code;
        var name = Namespace().Match(code).Groups["name"].Value;
        for (var at = 0; TypeDeclaration().Match(code, at) is { Success: true } declaration;)
        {
            var end = EndOfType(code, declaration.Index + declaration.Length);
            yield return (
                $"{name}.{declaration.Groups["name"].Value}",
                declaration.Groups["modifiers"].Value.Contains("partial", StringComparison.Ordinal),
                code.AsSpan(declaration.Index, end - declaration.Index).Count('\n') + 1);
            at = end;
        }
    }

    // A type ends at the brace that closes it, or at a semicolon if it has no body.
    private static int EndOfType(string code, int at)
    {
        for (var (depth, parentheses) = (0, 0); at < code.Length; at++)
        {
            parentheses += code[at] == '(' ? 1 : code[at] == ')' ? -1 : 0;
            depth += code[at] == '{' ? 1 : code[at] == '}' ? -1 : 0;
            if (depth == 0 && parentheses == 0 && (code[at] is '}' or ';'))
            {
                return at + 1;
            }
        }

        return code.Length;
    }

    [GeneratedRegex(@"/(bin|obj|StrykerOutput|\.git|node_modules)/")]
    private static partial Regex Generated();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^[ \t]*(?<modifiers>((public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*)"
        + @"(class|struct|interface|enum|record( class| struct)?) (?<name>\w+(<[^>]+>)?)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
