namespace Http.CircuitBreaker.Printing;

/// <summary>Makes text from users, configuration or other instances safe for one line of a log or a report.</summary>
internal static class PrintableText
{
    /// <summary>Replaces each unsafe character by its code, for example <c>\u000A</c> for a line feed.</summary>
    public static string Escape(string text) =>
        text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? $"\\u{(int)c:X4}" : c.ToString())) : text;

    /// <summary>
    /// Whether a character is a control character, a line or paragraph separator, or a bidirectional mark (the Unicode property
    /// Bidi_Control), which changes the order in which the text around it is shown.
    /// </summary>
    public static bool IsUnsafe(char c) => char.IsControl(c)
        || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
