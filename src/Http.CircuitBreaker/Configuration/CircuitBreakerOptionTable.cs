using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Configuration;
using static Http.CircuitBreaker.Configuration.OptionTypes;
using Options = Http.CircuitBreaker.CircuitBreakerOptions;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The client options that can be set in configuration, with their limits.</summary>
internal static class CircuitBreakerOptionTable
{
    public static OptionTable<Options> Table { get; } = new OptionTable<Options>()
        .Add(nameof(Options.Mode), o => o.Mode, (o, v) => o.Mode = v, OneOf<CircuitBreakerMode>())
        .Add(nameof(Options.FailureRatio), o => o.FailureRatio, (o, v) => o.FailureRatio = v, Optional(Number(
            n => n is > 0 and <= 1, "above 0 and at most 1")))
        .Add(nameof(Options.MinimumThroughput), o => o.MinimumThroughput, (o, v) => o.MinimumThroughput = v, Integer(1))
        .Add(nameof(Options.SamplingDuration), o => o.SamplingDuration, (o, v) => o.SamplingDuration = v, UpToADay(0.5))
        .Add(nameof(Options.ConsecutiveFailures), o => o.ConsecutiveFailures, (o, v) => o.ConsecutiveFailures = v, Optional(Integer(1)))
        .Add(
            nameof(Options.ConsecutiveFailuresDuration),
            o => o.ConsecutiveFailuresDuration,
            (o, v) => o.ConsecutiveFailuresDuration = v,
            UpToADay(0))
        .Add(nameof(Options.SlowCallDuration), o => o.SlowCallDuration, (o, v) => o.SlowCallDuration = v, Optional(UpToADay(0.1)))
        .Add(
            nameof(Options.UnresponsiveDetection),
            o => o.UnresponsiveDetection,
            (o, v) => o.UnresponsiveDetection = v,
            OneOf<UnresponsiveDetection>())
        .Add(nameof(Options.CallTimeout), o => o.CallTimeout, (o, v) => o.CallTimeout = v, Optional(UpToADay(0.1)))
        .Add(nameof(Options.BreakDuration), o => o.BreakDuration, (o, v) => o.BreakDuration = v, UpToADay(0.1))
        .Add(nameof(Options.MaxBreakDuration), o => o.MaxBreakDuration, (o, v) => o.MaxBreakDuration = v, Optional(UpToADay(0.1)))
        .Add(nameof(Options.BreakJitter), o => o.BreakJitter, (o, v) => o.BreakJitter = v, Number(n => n is >= 0 and <= 1, "from 0 to 1"))
        .Add(nameof(Options.RetryAfterHandling), o => o.RetryAfterHandling, (o, v) => o.RetryAfterHandling = v, OneOf<RetryAfterHandling>())
        .Add(nameof(Options.MaxRetryAfter), o => o.MaxRetryAfter, (o, v) => o.MaxRetryAfter = v, UpToADay(0.1))
        .Add(nameof(Options.HalfOpenProbes), o => o.HalfOpenProbes, (o, v) => o.HalfOpenProbes = v, Integer(1, 100))
        .Add(nameof(Options.ProbeTimeout), o => o.ProbeTimeout, (o, v) => o.ProbeTimeout = v, UpToADay(0.1))
        .Add(nameof(Options.ProbePath), o => o.ProbePath, (o, v) => o.ProbePath = v, OptionalText(
            IsPath, "is not a path; it must begin with a single slash, for example /health"))
        .Add(nameof(Options.RecoveryDuration), o => o.RecoveryDuration, (o, v) => o.RecoveryDuration = v, Optional(UpToADay(0.1)))
        .Add(new StatusCodesRow(
            nameof(Options.FailureStatusCodes), StatusCodeKind.Http, o => o.FailureStatusCodes, (o, v) => o.FailureStatusCodes = v))
        .Add(new StatusCodesRow(
            nameof(Options.FailureGrpcStatusCodes),
            StatusCodeKind.Grpc,
            o => o.FailureGrpcStatusCodes,
            (o, v) => o.FailureGrpcStatusCodes = v))
        .Add(nameof(Options.ObserveResponseBody), o => o.ObserveResponseBody, (o, v) => o.ObserveResponseBody = v, Bool)
        .Add(nameof(Options.Scope), o => o.Scope, (o, v) => o.Scope = v, OneOf<CircuitScope>())
        .Add(nameof(Options.RejectionMode), o => o.RejectionMode, (o, v) => o.RejectionMode = v, OneOf<RejectionMode>())
        .Add(nameof(Options.MaxCircuits), o => o.MaxCircuits, (o, v) => o.MaxCircuits = v, Integer(1));

    /// <summary>The options that cannot be overridden for a host.</summary>
    public static IReadOnlyCollection<string> ClientOnly { get; } =
        [nameof(Options.Scope), nameof(Options.RejectionMode), nameof(Options.MaxCircuits)];

    /// <summary>Validates all options, including those that can be set only in code, and returns the errors.</summary>
    public static IEnumerable<string> Check(Options options)
    {
        var errors = Table.Check(options).ToList();
        if (options.MaxBreakDuration < options.BreakDuration)
        {
            errors.Add($"MaxBreakDuration '{options.MaxBreakDuration:c}' is out of range; "
                + $"it must be at least BreakDuration ({options.BreakDuration:c})");
        }

        if (options is { FailureRatio: null, ConsecutiveFailures: null, UnresponsiveDetection: UnresponsiveDetection.Off }
            && options is { RetryAfterHandling: not RetryAfterHandling.Open, Mode: not CircuitBreakerMode.Disabled })
        {
            errors.Add("FailureRatio, ConsecutiveFailures and UnresponsiveDetection are off and RetryAfterHandling is not Open, "
                + "so no call can open a circuit; set one of them, or set Mode to Disabled");
        }

        if (options.ClientTimeout is { } timeout && timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            errors.Add($"ClientTimeout '{timeout:c}' is out of range; it must be above zero or Timeout.InfiniteTimeSpan");
        }

        if (OneOf<HandlerPlacement>().Check(options.Placement) is { } error)
        {
            errors.Add($"Placement '{options.Placement}' {error}");
        }

        return errors;
    }

    private static OptionType<TimeSpan> UpToADay(double fromSeconds) => Duration(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromDays(1));

    // A path that begins with // or /\ would be a URL on another host.
    private static bool IsPath(string value) => value is ['/', ..] and not ['/', '/' or '\\', ..];
}

/// <summary>Status codes, as a list or a comma-separated string. They replace the previous list.</summary>
internal sealed class StatusCodesRow(
    string key, StatusCodeKind kind, Func<Options, IReadOnlyList<string>?> get, Action<Options, IReadOnlyList<string>?> set)
    : OptionRow<Options>(key)
{
    public override string? Read(IConfigurationSection section, Options options)
    {
        // A string, for example in an environment variable, overrides a list in a file.
        var entries = string.IsNullOrWhiteSpace(section.Value)
            ? [.. section.GetChildren().Select(entry => entry.Value ?? "")]
            : section.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Check(entries) is { } error)
        {
            return error;
        }

        // For an empty JSON list, the section value is an empty string; for JSON null, it is null.
        set(options, entries.Length == 0 && section.Value is null ? null : entries);
        return null;
    }

    public override string? Check(Options options) => Check(get(options) ?? []);

    public override string Format(Options options) => get(options) is { } codes ? $"[{string.Join(", ", codes)}]" : "null";

    private string? Check(IEnumerable<string> entries)
    {
        var invalid = entries.Where(entry => !kind.TryParse(entry, out _, out _)).Select(entry => $"'{entry}'").ToList();
        return invalid.Count == 0
            ? null
            : $"{string.Join(", ", invalid)} "
                + (invalid.Count == 1 ? $"is not a {kind.Name}; " : $"are not {kind.Name}s; ")
                + $"write {kind.Syntax}";
    }
}
