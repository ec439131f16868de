using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>A row whose value is one text. No text (JSON's null) is off where an option can be off, else the default.</summary>
internal sealed class OptionRow<T>(
    string key,
    Func<CircuitBreakerOptions, T> get,
    Action<CircuitBreakerOptions, T> set,
    Func<string, Parsed<T>> parse,
    Func<T, string?> check,
    bool isPerHost = true) : OptionRow(key, isPerHost)
{
    private static readonly CircuitBreakerOptions _defaults = new();

    public override string Default => get(_defaults) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture)! : "null";

    public override string? Read(IConfigurationSection section, CircuitBreakerOptions options)
    {
        if (section.Value is not { } text)
        {
            if (section.GetChildren().Any())
            {
                return "a single value is expected here, not an object or a list";
            }

            set(options, default(T) is null ? default! : get(_defaults));
            return null;
        }

        var parsed = parse(text.Trim());
        var fault = parsed.Fault ?? check(parsed.Value!);
        if (fault is null)
        {
            set(options, parsed.Value!);
            return null;
        }

        return $"'{text}' {fault}";
    }

    public override string? Check(CircuitBreakerOptions options)
    {
        var value = get(options);
        return check(value) is { } fault ? $"'{Convert.ToString(value, CultureInfo.InvariantCulture)}' {fault}" : null;
    }
}
