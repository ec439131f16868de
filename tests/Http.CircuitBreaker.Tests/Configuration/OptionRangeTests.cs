using System.Globalization;
using Http.CircuitBreaker.Configuration;
using Http.CircuitBreaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Http.CircuitBreaker.Tests.Configuration;

/// <summary>Tests every option at both limits of its range and just outside, set in configuration and in code.</summary>
public sealed class OptionRangeTests
{
    public static TheoryData<string> Keys => [.. ConfigurationRange.All.Select(range => range.Key)];

    public static TheoryData<string, string> Accepted => Values(range => range.Accepted);

    public static TheoryData<string, string> Rejected => Values(range => range.Rejected);

    [Fact]
    public void Range_tests_cover_every_option() =>
        Assert.Equal(ConfigurationRange.All.Select(range => range.Key), CircuitBreakerOptionTable.Table.Rows.Select(row => row.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Missing_option_value_uses_the_default(string key)
    {
        using var app = ConfigurationApp.With("");
        app.AddClient("client").AddCircuitBreaker();

        Assert.Equal(Range(key).Default, Text(app.Options("client"), key));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Smallest_and_largest_values_in_configuration_are_accepted(string key, string text)
    {
        using var app = Configured(key, text);

        Assert.Equal(text, Text(app.Options("client"), key));
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void Error_for_an_out_of_range_value_in_configuration_contains_its_path(string key, string text)
    {
        using var app = Configured(key, text);

        var error = Assert.Single(app.Errors("client"));
        Assert.StartsWith($"HttpCircuitBreaker:{key}: '{text}' ", error, StringComparison.Ordinal);
        Assert.Contains(Range(key).Limit, error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Smallest_and_largest_values_in_code_are_accepted(string key, string text)
    {
        using var app = Coded(key, text);

        Assert.Equal(text, Text(app.Options("client"), key));
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void Error_for_an_out_of_range_value_in_code_names_client_and_option(string key, string text)
    {
        using var app = Coded(key, text);

        var error = app.Errors("client")[0];
        Assert.StartsWith($"CircuitBreakerOptions of client 'client': {key} '{text}' ", error, StringComparison.Ordinal);
        Assert.Contains(Range(key).Limit, error, StringComparison.Ordinal);
    }

    private static ConfigurationApp Configured(string key, string text)
    {
        var settings = Range(key).With.Append((Key: key, Text: text)).Select(setting => $"'{setting.Key}': '{setting.Text}'");
        var app = ConfigurationApp.With(string.Join(", ", settings));
        app.AddClient("client").AddCircuitBreaker();
        return app;
    }

    private static ConfigurationApp Coded(string key, string text)
    {
        var app = ConfigurationApp.WithoutConfiguration();
        app.AddClient("client").AddCircuitBreaker(options =>
        {
            foreach (var setting in Range(key).With.Append((Key: key, Text: text)))
            {
                Set(options, setting.Key, setting.Text);
            }
        });
        return app;
    }

    private static TheoryData<string, string> Values(Func<ConfigurationRange, string[]> values)
    {
        var data = new TheoryData<string, string>();
        foreach (var range in ConfigurationRange.All)
        {
            Array.ForEach(values(range), text => data.Add(range.Key, text));
        }

        return data;
    }

    private static ConfigurationRange Range(string key) => ConfigurationRange.All.Single(range => range.Key == key);

    private static void Set(CircuitBreakerOptions options, string key, string text)
    {
        var property = typeof(CircuitBreakerOptions).GetProperty(key)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object value = type switch
        {
            { IsEnum: true } => Enum.Parse(type, text),
            _ when type == typeof(TimeSpan) => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
            _ when type == typeof(IReadOnlyList<string>) => new[] { text },
            _ => Convert.ChangeType(text, type, CultureInfo.InvariantCulture),
        };
        property.SetValue(options, value);
    }

    private static string? Text(CircuitBreakerOptions options, string key) =>
        typeof(CircuitBreakerOptions).GetProperty(key)!.GetValue(options) switch
        {
            null => null,
            TimeSpan duration => duration.ToString(duration.Milliseconds == 0 ? "c" : @"hh\:mm\:ss\.f", CultureInfo.InvariantCulture),
            IReadOnlyList<string> list => Assert.Single(list),
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
}
