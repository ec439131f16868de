namespace Http.CircuitBreaker.Printing;

/// <summary>Escapes text from users, configuration or other instances, so that it fits safely into one line of a log or report.</summary>
internal static class PrintableText
{
    /// <summary>Replaces each unsafe character with its code, for example <c>\u000A</c> for a line feed.</summary>
    public static string Escape(string text) =>
        text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? $"\\u{(int)c:X4}" : c.ToString())) : text;

    /// <summary>
    /// Whether a character is a control character, a line or paragraph separator, or a bidirectional mark (Unicode property Bidi_Control).
    /// Bidirectional marks change the order in which the surrounding text is shown.
    /// </summary>
    public static bool IsUnsafe(char c) => char.IsControl(c)
        || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
