using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Configuration;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The one row whose value is a list. It replaces what was there before; an empty list means no status code at all.</summary>
internal sealed class StatusCodesRow() : OptionRow(nameof(CircuitBreakerOptions.FailureStatusCodes), isPerHost: true)
{
    public override string Default => "null";

    public override string? Read(IConfigurationSection section, CircuitBreakerOptions options)
    {
        var entries = section.GetChildren().Select(entry => entry.Value ?? "").ToList();
        if (entries.Count == 0 && section.Value is null)
        {
            options.FailureStatusCodes = null;
            return null;
        }

        // One text with commas serves environment variables, and replaces the list of a file. Empty, it is what an empty JSON list looks like.
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            entries = [.. section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }

        if (Check(entries) is { } fault)
        {
            return fault;
        }

        options.FailureStatusCodes = entries;
        return null;
    }

    public override string? Check(CircuitBreakerOptions options) => Check(options.FailureStatusCodes ?? []);

    private static string? Check(IEnumerable<string> entries)
    {
        var wrong = entries.Where(entry => !StatusCodeSet.TryParse(entry, out _, out _)).Select(entry => $"'{entry}'").ToList();
        return wrong.Count == 0
            ? null
            : $"{string.Join(", ", wrong)} is no status code; write a code from 100 to 999 ('503'), a class ('5xx') or a range ('500-504')";
    }
}
