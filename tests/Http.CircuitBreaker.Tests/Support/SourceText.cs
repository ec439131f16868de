using System.Text.RegularExpressions;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Splits a C# file into code and prose (comments and literals). Both keep every line and column of the file.</summary>
internal sealed partial class SourceText
{
    // Replaces text of the other kind. Not white space, so that a phrase cannot span it.
    private const char Blank = '\u00A6';

    private readonly string _text;
    private readonly char[] _code;
    private readonly char[] _prose;
    private int _at;

    public SourceText(string text)
    {
        _text = text;
        (_code, _prose) = (text.ToCharArray(), text.ToCharArray());
        ReadCode(isHole: false);
        (Code, Prose) = (new string(_code), new string(_prose));
    }

    public string Code { get; }

    public string Prose { get; }

    // Reads to the end of the file, or to the brace that ends a hole of an interpolated string.
    private void ReadCode(bool isHole)
    {
        for (var depth = 0; _at < _text.Length && !(isHole && depth == 0 && _text[_at] == '}');)
        {
            depth += _text[_at] == '{' ? 1 : _text[_at] == '}' ? -1 : 0;
            if (StartsWith("//"))
            {
                ReadComment("/", "\n");
            }
            else if (StartsWith("/*"))
            {
                ReadComment("/*", "*/");
            }
            else if (CharacterLiteral().Match(_text, _at) is { Success: true } character)
            {
                Skip(character.Length);
            }
            else if (StringStart().Match(_text, _at) is { Success: true } start)
            {
                Skip(start.Length);
                ReadString(start.Groups["quotes"].Value, start.Value.Count(c => c == '$'), start.Value.Contains('@', StringComparison.Ordinal));
            }
            else
            {
                Skip(1);
            }
        }
    }

    private void ReadComment(string marker, string end)
    {
        var stop = _text.IndexOf(end, _at + 2, StringComparison.Ordinal);
        while (_at < _text.Length && marker.Contains(_text[_at], StringComparison.Ordinal))
        {
            // A space, so that a phrase can continue on the next line of a comment.
            _prose[_at] = ' ';
            Take(1);
        }

        Take((stop < 0 ? _text.Length : stop) - _at);
    }

    private void ReadString(string quotes, int holes, bool isVerbatim)
    {
        var isRaw = quotes.Length > 1;
        while (_at < _text.Length)
        {
            if (!isRaw && IsEscape(holes > 0, isVerbatim))
            {
                Take(2);
            }
            else if (StartsWith(quotes))
            {
                Skip(quotes.Length);
                return;
            }
            else if (holes > 0 && StartsWith(new string('{', isRaw ? holes : 1)))
            {
                Skip(isRaw ? holes : 1);
                ReadCode(isHole: true);
                Skip(isRaw ? holes : 1);
            }
            else
            {
                Take(1);
            }
        }
    }

    private bool IsEscape(bool hasHoles, bool isVerbatim) =>
        (isVerbatim ? StartsWith("\"\"") : StartsWith("\\")) || (hasHoles && (StartsWith("{{") || StartsWith("}}")));

    private bool StartsWith(string text) => string.CompareOrdinal(_text, _at, text, 0, text.Length) == 0;

    private void Skip(int count) => Erase(_prose, count);

    private void Take(int count) => Erase(_code, count);

    private void Erase(char[] from, int count)
    {
        for (var end = Math.Min(_at + count, _text.Length); _at < end; _at++)
        {
            from[_at] = char.IsWhiteSpace(_text[_at]) ? _text[_at] : Blank;
        }
    }

    [GeneratedRegex("""\G'(\\[^\n]+?|[^'\\])'""")]
    private static partial Regex CharacterLiteral();

    [GeneratedRegex("""\G[$@]*(?<quotes>"{3,}|")""")]
    private static partial Regex StringStart();
}
