using System.Globalization;

namespace Http.CircuitBreaker.Configuration;

/// <summary>
/// Parses and validates an option's value. Each error message continues a sentence that begins with the quoted value, for example <c>'x' is
/// not a number</c>.
/// </summary>
internal sealed class OptionType<T>(Func<string, Parsed<T>> parse, Func<T, string?> check, bool isOptional = false)
{
    /// <summary>Whether the option can be set to null, which disables it.</summary>
    public bool IsOptional => isOptional;

    public string? Check(T value) => check(value);

    /// <summary>Parses the text without checking the range of the value.</summary>
    public Parsed<T> ParseOnly(string text) => parse(text);

    public Parsed<T> Parse(string text)
    {
        var parsed = parse(text);
        return parsed.Error is null && check(parsed.Value!) is { } error ? Parsed<T>.Invalid(error) : parsed;
    }
}

internal readonly record struct Parsed<T>(T? Value, string? Error = null)
{
    public static implicit operator Parsed<T>(T value) => new(value);

    public static Parsed<T> Invalid(string error) => new(default, error);
}

/// <summary>The supported option types. Text is parsed with the invariant culture.</summary>
internal static class OptionTypes
{
    public static OptionType<bool> Bool { get; } = new(
        text => bool.TryParse(text, out var value) ? value : Parsed<bool>.Invalid("is not a boolean; use true or false"), _ => null);

    public static OptionType<int> Integer(int min, int max = int.MaxValue)
    {
        var range = max == int.MaxValue ? $"at least {min}" : $"from {min} to {max}";
        return new(ParseInteger, value => value >= min && value <= max ? null : OutOfRange(range));
    }

    public static OptionType<double> Number(Func<double, bool> isValid, string range) =>
        new(ParseNumber, value => isValid(value) ? null : OutOfRange(range));

    public static OptionType<TimeSpan> Duration(TimeSpan min, TimeSpan max) =>
        new(ParseDuration, value => value >= min && value <= max ? null : OutOfRange($"from {Format(min)} to {Format(max)}"));

    /// <summary>An enum value, specified by name. Numbers are rejected because they might not be defined values.</summary>
    public static OptionType<TEnum> OneOf<TEnum>()
        where TEnum : struct, Enum =>
        new(ParseName<TEnum>, value => Enum.IsDefined(value) ? null : NotOneOf<TEnum>(""));

    public static OptionType<string> Text(Func<string?, bool> isValid, string error) =>
        new(text => text, value => isValid(value) ? null : error);

    /// <summary>Optional text. An empty string means null.</summary>
    public static OptionType<string?> OptionalText(Func<string, bool> isValid, string error) =>
        new(text => new(text.Length == 0 ? null : text), value => value is null || isValid(value) ? null : error, isOptional: true);

    /// <summary>An optional value. An empty string means null, because environment variables cannot be null.</summary>
    public static OptionType<T?> Optional<T>(OptionType<T> type)
        where T : struct =>
        new(
            text => ParseOptional(text, type),
            value => value is { } present && type.Check(present) is { } error ? AddNullHint(error, IsNotPositive(present)) : null,
            isOptional: true);

    private static Parsed<T?> ParseOptional<T>(string text, OptionType<T> type)
        where T : struct
    {
        if (text.Length == 0)
        {
            return new Parsed<T?>(null);
        }

        var parsed = type.ParseOnly(text);
        return new Parsed<T?>(parsed.Value, parsed.Error is { } error ? AddNullHint(error, !text.Any(char.IsAsciiDigit)) : null);
    }

    // Zero, a negative number or a word such as 'off' may be meant to turn the setting off.
    private static string AddNullHint(string error, bool isMeantAsOff) =>
        isMeantAsOff ? $"{error}; null or an empty string turns it off" : error;

    private static bool IsNotPositive<T>(T value)
        where T : struct => Comparer<T>.Default.Compare(value, default) <= 0;

    private static Parsed<int> ParseInteger(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var isTooLarge = text.Length > 0 && text.All(char.IsAsciiDigit);
        return Parsed<int>.Invalid(isTooLarge
            ? OutOfRange($"at most {int.MaxValue}")
            : "is not a whole number; write digits only, for example 10");
    }

    private static Parsed<double> ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : Parsed<double>.Invalid("is not a number; use a decimal point, for example 0.5 for 50 %");

    private static Parsed<TimeSpan> ParseDuration(string text)
    {
        // TimeSpan.TryParse reads '30' as 30 days.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number < 1000
                ? MeansDays(number, TimeSpan.FromSeconds(number))
                : MeansDays(number, TimeSpan.FromSeconds(number), TimeSpan.FromMilliseconds(number));
        }

        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration))
        {
            return Parsed<TimeSpan>.Invalid("is not a duration; write hours:minutes:seconds, for example 00:00:30 or 00:00:00.5");
        }

        // TimeSpan.TryParse reads '00:30' as 30 minutes.
        if (text.AsSpan().Count(':') == 1 && !text.Contains('.', StringComparison.Ordinal))
        {
            return Parsed<TimeSpan>.Invalid($"means {Format(duration)}; did you mean '{Format(duration / 60)}'?");
        }

        // TimeSpan.TryParse reads '24:10:05' as days, hours and minutes, because 24 is not a valid hour.
        return duration.Days != 0 && text.AsSpan().Count(':') == 2 && !text.Contains('.', StringComparison.Ordinal)
            ? MeansDays(duration.Days, new TimeSpan(duration.Days, duration.Hours, duration.Minutes))
            : duration;
    }

    private static Parsed<TimeSpan> MeansDays(int days, params IEnumerable<TimeSpan> intended) => Parsed<TimeSpan>.Invalid(string.Create(
        CultureInfo.InvariantCulture,
        $"means {days} {(days == 1 ? "day" : "days")}; did you mean '{string.Join("' or '", intended.Select(Format))}'?"));

    private static Parsed<TEnum> ParseName<TEnum>(string text)
        where TEnum : struct, Enum
    {
        var name = Enum.GetNames<TEnum>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is null ? Parsed<TEnum>.Invalid(NotOneOf<TEnum>(text)) : Enum.Parse<TEnum>(name);
    }

    private static string NotOneOf<TEnum>(string text)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        return $"is not known; it must be one of {string.Join(", ", names)}{NearestName.Suggest(text, names)}";
    }

    private static string OutOfRange(string range) => $"is out of range; it must be {range}";

    private static string Format(TimeSpan duration) =>
        duration.ToString(duration.Milliseconds == 0 ? "c" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
}
