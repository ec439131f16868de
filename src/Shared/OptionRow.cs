using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>An option that can be set in configuration.</summary>
internal abstract class OptionRow<TOptions>(string key)
{
    public string Key => key;

    /// <summary>Sets the option from the section. Returns an error message, or null if the value is valid.</summary>
    public abstract string? Read(IConfigurationSection section, TOptions options);

    /// <summary>Validates the current value of the option. Returns an error message, or null if the value is valid.</summary>
    public abstract string? Check(TOptions options);

    /// <summary>Returns the current value of the option as text.</summary>
    public abstract string Format(TOptions options);
}

/// <summary>An option with a single value. JSON null disables an optional setting and resets any other setting to its default.</summary>
internal sealed class OptionRow<TOptions, T>(string key, Func<TOptions, T> get, Action<TOptions, T> set, OptionType<T> type)
    : OptionRow<TOptions>(key)
    where TOptions : class, new()
{
    public override string? Read(IConfigurationSection section, TOptions options)
    {
        if (section.Value is not { } text)
        {
            if (section.GetChildren().Any())
            {
                return "expected a single value, not an object or a list";
            }

            set(options, type.IsOptional ? default! : get(new TOptions()));
            return null;
        }

        var parsed = type.Parse(text.Trim());
        if (parsed.Error is { } error)
        {
            return $"'{text}' {error}";
        }

        set(options, parsed.Value!);
        return null;
    }

    public override string? Check(TOptions options) =>
        type.Check(get(options)) is { } error ? $"'{Convert.ToString(get(options), CultureInfo.InvariantCulture)}' {error}" : null;

    public override string Format(TOptions options) => get(options) switch
    {
        // Trim trailing zeros: 00:00:00.5 instead of 00:00:00.5000000.
        TimeSpan duration when duration.Ticks % TimeSpan.TicksPerSecond != 0 =>
            duration.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "null",
    };
}
