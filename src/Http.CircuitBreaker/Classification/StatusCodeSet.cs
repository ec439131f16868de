using System.Globalization;
using System.Net;

namespace Http.CircuitBreaker.Classification;

/// <summary>A set of status codes from 100 to 999.</summary>
internal sealed class StatusCodeSet
{
    private const int Lowest = 100;
    private const int Highest = 999;

    private readonly bool[] _contains = new bool[Highest + 1];

    /// <summary>The default codes: 408 (RFC 9110, section 15.5.9), 429 (RFC 6585, section 4) and 5xx (RFC 9110, section 15.6).</summary>
    public static StatusCodeSet Default { get; } = Create(["408", "429", "5xx"]);

    /// <summary>Creates a set from entries that are already validated; null = the default set.</summary>
    public static StatusCodeSet Create(IEnumerable<string>? entries)
    {
        if (entries is null)
        {
            return Default;
        }

        var set = new StatusCodeSet();
        foreach (var entry in entries)
        {
            if (!TryParse(entry, out var first, out var last))
            {
                throw new FormatException($"'{entry}' is not a status code.");
            }

            Array.Fill(set._contains, true, first, last - first + 1);
        }

        return set;
    }

    /// <summary>Parses <c>503</c>, <c>5xx</c> or <c>500-504</c>.</summary>
    public static bool TryParse(string? entry, out int first, out int last)
    {
        var text = entry.AsSpan().Trim();
        if (text.Length == 3 && text[1..].Equals("xx", StringComparison.OrdinalIgnoreCase) && text[0] is >= '1' and <= '9')
        {
            first = (text[0] - '0') * 100;
            last = first + 99;
            return true;
        }

        var dash = text.IndexOf('-');
        var from = dash < 0 ? text : text[..dash].TrimEnd();
        var to = dash < 0 ? text : text[(dash + 1)..].TrimStart();
        return TryParseCode(from, out first) & TryParseCode(to, out last) && first <= last;
    }

    public bool Contains(HttpStatusCode statusCode) => (uint)statusCode <= Highest && _contains[(int)statusCode];

    private static bool TryParseCode(ReadOnlySpan<char> text, out int code) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code is >= Lowest and <= Highest;
}
