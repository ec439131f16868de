using System.Globalization;

namespace Http.CircuitBreaker.Configuration;

/// <summary>Ranges. A fault is the end of a sentence that begins with the value.</summary>
internal static class Limits
{
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    public static Func<TimeSpan, string?> UpToADay(double fromSeconds)
    {
        var lowest = TimeSpan.FromSeconds(fromSeconds);
        return value => value >= lowest && value <= _day ? null : $"is out of range; it must be from {Text(lowest)} to {Text(_day)}";
    }

    public static Func<int, string?> AtLeast(int lowest) =>
        value => value >= lowest ? null : $"is out of range; it must be at least {lowest}";

    public static Func<int, string?> Between(int lowest, int highest) =>
        value => value >= lowest && value <= highest ? null : $"is out of range; it must be from {lowest} to {highest}";

    // Written so that NaN fails.
    public static Func<double, string?> AboveZeroUpToOne { get; } =
        value => value is > 0 and <= 1 ? null : "is out of range; it must be above 0 and at most 1";

    public static Func<double, string?> ZeroToOne { get; } =
        value => value is >= 0 and <= 1 ? null : "is out of range; it must be from 0 to 1";

    // A second slash, or a backslash, would lead to another host.
    public static string? PathOrNone(string? value) =>
        value is null || (value is ['/', ..] && value is not ['/', '/' or '\\', ..])
            ? null
            : "is no path; it must begin with one slash, as in '/health'";

    public static Func<T?, string?> Optional<T>(Func<T, string?> check)
        where T : struct =>
        value => value is { } present ? check(present) : null;

    public static Func<TEnum, string?> Defined<TEnum>()
        where TEnum : struct, Enum =>
        value => Enum.IsDefined(value) ? null : OneOf<TEnum>("");

    public static string OneOf<TEnum>(string text)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        return $"is not known; it must be one of {string.Join(", ", names)}{NearestName.Suggest(text, names)}";
    }

    public static string Text(TimeSpan duration) => duration.ToString(duration.Milliseconds == 0 ? "c" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);
}
