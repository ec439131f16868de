using System.Globalization;
using Http.CircuitBreaker.Configuration;

namespace Http.CircuitBreaker.Redis.Configuration;

/// <summary>One key of the section <c>HttpCircuitBreaker:Redis</c>.</summary>
internal abstract class RedisOptionRow(string key)
{
    public string Key => key;

    /// <summary>Takes the value over; the fault, or null.</summary>
    public abstract string? Read(string text, RedisCircuitOptions options);

    /// <summary>Checks the value, wherever it came from; the fault, or null.</summary>
    public abstract string? Check(RedisCircuitOptions options);
}

/// <inheritdoc />
internal sealed class RedisOptionRow<T>(
    string key, Func<RedisCircuitOptions, T> get, Action<RedisCircuitOptions, T> set, Func<string, Parsed<T>> parse, Func<T, string?> check)
    : RedisOptionRow(key)
{
    public override string? Read(string text, RedisCircuitOptions options)
    {
        var parsed = parse(text.Trim());
        var fault = parsed.Fault ?? check(parsed.Value!);
        if (fault is null)
        {
            set(options, parsed.Value!);
            return null;
        }

        return $"'{text}' {fault}";
    }

    public override string? Check(RedisCircuitOptions options) =>
        check(get(options)) is { } fault ? $"'{Convert.ToString(get(options), CultureInfo.InvariantCulture)}' {fault}" : null;
}
