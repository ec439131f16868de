using Microsoft.Extensions.Options;

namespace Http.CircuitBreaker.AspNetCore.Configuration;

/// <summary>Reports every option that is out of its range, with its path, value and range.</summary>
internal sealed class EndpointsOptionsSetup : IValidateOptions<CircuitEndpointsOptions>
{
    public ValidateOptionsResult Validate(string? name, CircuitEndpointsOptions options)
    {
        string?[] checks =
        [
            Check(nameof(options.RefreshInterval), options.RefreshInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            Check(nameof(options.HeartbeatInterval), options.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Check(nameof(options.MaxViewers), options.MaxViewers, 1, 10_000),
            Check(nameof(options.HistoryLength), options.HistoryLength, 0, 10_000),
        ];
        var faults = checks.OfType<string>().ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? Check<T>(string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
        {
            return null;
        }

        // A plain number is read as days, which nobody who writes one means.
        var hint = value is TimeSpan { Ticks: > 0 } days && days.Ticks % TimeSpan.TicksPerDay == 0
            ? $"; did you mean '{TimeSpan.FromSeconds(days.TotalDays):c}'?"
            : ".";
        return FormattableString.Invariant($"HttpCircuitBreaker:Endpoints:{key}: '{value}' is out of range; it must be from {least} to {most}{hint}");
    }
}
