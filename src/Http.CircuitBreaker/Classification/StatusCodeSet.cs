using System.Globalization;

namespace Http.CircuitBreaker.Classification;

/// <summary>The status codes of a protocol, and how they are written in options.</summary>
/// <param name="Lowest">The lowest code that can be in a set.</param>
/// <param name="Highest">The highest code that can be in a set.</param>
/// <param name="Name">What a code is called in error messages.</param>
/// <param name="Syntax">The accepted formats of an entry in the options.</param>
/// <param name="DefaultFailures">The entries that count as failures by default.</param>
internal sealed record StatusCodeKind(int Lowest, int Highest, string Name, string Syntax, params string[] DefaultFailures)
{
    /// <summary>
    /// HTTP status codes. By default, 408 (RFC 9110, section 15.5.9), 429 (RFC 6585, section 4) and 5xx (RFC 9110, section 15.6) count as
    /// failures.
    /// </summary>
    public static StatusCodeKind Http { get; } = new(
        100, 999, "status code", "a code from 100 to 999 (such as 503), a class (such as 5xx) or a range (such as 500-504)",
        "408", "429", "5xx");

    /// <summary>
    /// gRPC status codes. By default, these count as failures: Unknown, DeadlineExceeded, ResourceExhausted, Internal, Unavailable and
    /// DataLoss.
    /// </summary>
    public static StatusCodeKind Grpc { get; } = new(
        1, 16, "gRPC status code", "a code from 1 to 16 (such as 14) or a range (such as 13-15)", "2", "4", "8", "13-15");

    /// <summary>The status codes that count as failures by default. All hosts that use the default share this set.</summary>
    public StatusCodeSet Failures => field ??= new StatusCodeSet(this, DefaultFailures);

    /// <summary>Parses <c>503</c>, <c>5xx</c> or <c>500-504</c>.</summary>
    public bool TryParse(string? entry, out int first, out int last)
    {
        var text = entry.AsSpan().Trim();
        if (text.Length == 3 && text[1..].Equals("xx", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(text[0]))
        {
            first = (text[0] - '0') * 100;
            last = first + 99;
            return first >= Lowest && last <= Highest;
        }

        var dash = text.IndexOf('-');
        var from = dash < 0 ? text : text[..dash].TrimEnd();
        var to = dash < 0 ? text : text[(dash + 1)..].TrimStart();
        return TryParseCode(from, out first) & TryParseCode(to, out last) && first <= last;
    }

    private bool TryParseCode(ReadOnlySpan<char> text, out int code) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code) && code >= Lowest && code <= Highest;
}

internal sealed class StatusCodeSet
{
    private readonly bool[] _contains;

    /// <param name="kind">The kind of codes.</param>
    /// <param name="entries">Entries that are already validated.</param>
    public StatusCodeSet(StatusCodeKind kind, IEnumerable<string> entries)
    {
        _contains = new bool[kind.Highest + 1];
        foreach (var entry in entries)
        {
            if (!kind.TryParse(entry, out var first, out var last))
            {
                throw new FormatException($"'{entry}' is not a {kind.Name}.");
            }

            Array.Fill(_contains, true, first, last - first + 1);
        }
    }

    /// <summary>Returns the set that contains the entries, or the default set if <paramref name="entries"/> is null.</summary>
    public static StatusCodeSet From(StatusCodeKind kind, IEnumerable<string>? entries) =>
        entries is null ? kind.Failures : new StatusCodeSet(kind, entries);

    public bool Contains(int code) => (uint)code < (uint)_contains.Length && _contains[code];
}
