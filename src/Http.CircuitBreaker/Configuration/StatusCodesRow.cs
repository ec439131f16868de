using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>A list of status codes, or a text with commas. It replaces the previous list; an empty list means no status code.</summary>
internal sealed class StatusCodesRow() : OptionRow<CircuitBreakerOptions>(nameof(CircuitBreakerOptions.FailureStatusCodes))
{
    public override string? Read(IConfigurationSection section, CircuitBreakerOptions options)
    {
        // An empty JSON list is a section with an empty value.
        var entries = section.GetChildren().Select(entry => entry.Value ?? "").ToList();
        if (entries.Count == 0 && section.Value is null)
        {
            options.FailureStatusCodes = null;
            return null;
        }

        // The text of an environment variable replaces the list of a file.
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            entries = [.. section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        if (Check(entries) is { } error)
        {
            return error;
        }

        options.FailureStatusCodes = entries;
        return null;
    }

    public override string? Check(CircuitBreakerOptions options) => Check(options.FailureStatusCodes ?? []);

    private static string? Check(IEnumerable<string> entries)
    {
        var invalid = entries.Where(entry => !StatusCodeSet.TryParse(entry, out _, out _)).Select(entry => $"'{entry}'").ToList();
        return invalid.Count == 0
            ? null
            : $"{string.Join(", ", invalid)} {(invalid.Count == 1 ? "is not a status code" : "are not status codes")}; "
                + "write a code from 100 to 999 (503), a class (5xx) or a range (500-504)";
    }
}
