using System.Globalization;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Text to values, always in the invariant culture.</summary>
internal static class Parse
{
    public static Parsed<TimeSpan> Duration(string text)
    {
        // TimeSpan reads a plain number as days, which nobody who writes one here means.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            var meant = TimeSpan.FromSeconds(number);
            return Parsed<TimeSpan>.Wrong($"would be {number} days; did you mean '{Limits.Text(meant)}'?");
        }

        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration))
        {
            return Parsed<TimeSpan>.Wrong("is no duration; write hours:minutes:seconds, as in '00:00:30' or '00:00:00.5'");
        }

        // From 24 on it takes the hours for days, the minutes for hours, and the seconds for minutes.
        return duration.Days != 0 && text.AsSpan().Count(':') == 2 && !text.Contains('.', StringComparison.Ordinal)
            ? Parsed<TimeSpan>.Wrong($"would be {duration.Days} days; did you mean '{Limits.Text(new TimeSpan(duration.Days, duration.Hours, duration.Minutes))}'?")
            : duration;
    }

    public static Parsed<double> Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : Parsed<double>.Wrong("is no number; write it with a point, as in '0.5'");

    public static Parsed<int> Integer(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : Parsed<int>.Wrong("is no whole number");

    public static Parsed<bool> Boolean(string text) =>
        bool.TryParse(text, out var value) ? value : Parsed<bool>.Wrong("is neither 'true' nor 'false'");

    // By name only: numbers would let undefined values in.
    public static Parsed<TEnum> Name<TEnum>(string text)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return Parsed<TEnum>.Wrong(Limits.OneOf<TEnum>(text));
    }

    /// <summary>An empty text is none.</summary>
    public static Parsed<string?> OptionalText(string text) => new(text.Length == 0 ? null : text);

    /// <summary>An empty text is no value, as environment variables cannot say null.</summary>
    public static Func<string, Parsed<T?>> Optional<T>(Func<string, Parsed<T>> parse)
        where T : struct =>
        text => text.Length == 0 ? new Parsed<T?>(null) : parse(text).Select(value => (T?)value);
}
