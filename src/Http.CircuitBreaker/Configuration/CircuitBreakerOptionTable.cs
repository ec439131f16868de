using Http.CircuitBreaker.Classification;
using Microsoft.Extensions.Configuration;
using static Http.CircuitBreaker.Configuration.OptionTypes;
using Options = Http.CircuitBreaker.CircuitBreakerOptions;

namespace Http.CircuitBreaker.Configuration;

/// <summary>The client options that can be set in configuration, with their limits.</summary>
internal static class CircuitBreakerOptionTable
{
    private const string UsePortAsKey = "unknown setting; use the port number as a key, as in \"8443\": { }";

    private static readonly string[] _inner = [$":{ClientRegistrations.Clients}:", $":{ClientRegistrations.Hosts}:"];

    private static readonly string[] _onlyInRoot =
        [ClientRegistrations.Clients, ClientRegistrations.Hosts, ClientRegistrations.AllowUnknownClients, "Endpoints", "Redis"];

    // Error messages for keys that are not settings: options that can be set only in code, sections that belong to other packages, and
    // setting names of other libraries.
    private static readonly Dictionary<string, string> _explanations = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(Options.Classify)] = OnlyInCode(nameof(Options.Classify)),
        [nameof(Options.CircuitName)] = OnlyInCode(nameof(Options.CircuitName)),
        [nameof(Options.CreateRejection)] = OnlyInCode(nameof(Options.CreateRejection)),
        [nameof(Options.OnStateChange)] = OnlyInCode(nameof(Options.OnStateChange)),
        [nameof(Options.ClientTimeout)] = OnlyInCode(nameof(Options.ClientTimeout)),
        [nameof(Options.Placement)] = OnlyInCode(nameof(Options.Placement)),
        ["Endpoints"] = "needs the package Http.CircuitBreaker.AspNetCore and services.AddCircuitBreakerEndpoints()",
        ["Redis"] = "needs the package Http.CircuitBreaker.Redis and services.AddCircuitBreakerRedis()",
        [ClientRegistrations.Circuits] = "is only valid in the section of a client",
        ["Port"] = UsePortAsKey,
        ["Ports"] = UsePortAsKey,
        ["CircuitBreaker"] = "unknown section; move its settings one level up",
        ["Enabled"] = "unknown setting; use Mode: Enforce, Observe or Disabled",
        ["Timeout"] = "unknown setting; use CallTimeout",
        ["AttemptTimeout"] = "unknown setting; use CallTimeout",
        ["DurationOfBreak"] = "unknown setting; use BreakDuration",
        ["FailureThreshold"] = "unknown setting; use FailureRatio or ConsecutiveFailures",
        ["ExceptionsAllowedBeforeBreaking"] = "unknown setting; use ConsecutiveFailures",
        ["HandledEventsAllowedBeforeBreaking"] = "unknown setting; use ConsecutiveFailures",
        ["ShouldHandle"] = "unknown setting; use FailureStatusCodes",
    };

    public static OptionTable<Options> Table { get; } = new OptionTable<Options> { Explain = Explain }
        .Add(nameof(Options.Mode), o => o.Mode, (o, v) => o.Mode = v, OneOf<CircuitBreakerMode>())
        .Add(nameof(Options.FailureRatio), o => o.FailureRatio, (o, v) => o.FailureRatio = v, Optional(Number(
            n => n is > 0 and <= 1, "above 0 and at most 1, for example 0.5 for 50 %")))
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
        .Add(nameof(Options.PathSegments), o => o.PathSegments, (o, v) => o.PathSegments = v, Integer(0, CircuitNaming.MaxSegments))
        .Add(nameof(Options.CircuitNameHeader), o => o.CircuitNameHeader, (o, v) => o.CircuitNameHeader = v, OptionalText(
            CircuitNaming.IsHeader, "is not a usable header; use a header that does not carry credentials, for example X-Tenant"))
        .Add(nameof(Options.MaxCircuitNames), o => o.MaxCircuitNames, (o, v) => o.MaxCircuitNames = v, Integer(0))
        .Add(nameof(Options.RejectionMode), o => o.RejectionMode, (o, v) => o.RejectionMode = v, OneOf<RejectionMode>())
        .Add(nameof(Options.MaxCircuits), o => o.MaxCircuits, (o, v) => o.MaxCircuits = v, Integer(1));

    /// <summary>The options that take effect only after a restart.</summary>
    public static IReadOnlyCollection<string> RestartOnly { get; } =
        [nameof(Options.Scope), nameof(Options.PathSegments), nameof(Options.CircuitNameHeader)];

    /// <summary>The options that cannot be overridden for a host or a circuit.</summary>
    public static IReadOnlyCollection<string> ClientOnly { get; } =
        [.. RestartOnly, nameof(Options.MaxCircuitNames), nameof(Options.RejectionMode), nameof(Options.MaxCircuits)];

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

        bool[] naming = [options.PathSegments != 0, options.CircuitNameHeader is not null, options.CircuitName is not null];
        if (naming.Count(isSet => isSet) > 1)
        {
            errors.Add("PathSegments, CircuitNameHeader and CircuitName cannot be combined; set only one of them "
                + "(0 turns off PathSegments, null turns off the others)");
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

    private static string OnlyInCode(string option) =>
        $"can be set only in code, as in AddCircuitBreaker(options => options.{option} = ...)";

    private static string? Explain(IConfigurationSection unknown)
    {
        if (_inner.Any(inner => unknown.Path.Contains(inner, StringComparison.OrdinalIgnoreCase)))
        {
            return _onlyInRoot.Contains(unknown.Key, StringComparer.OrdinalIgnoreCase)
                ? $"is valid only directly in {ClientRegistrations.RootSection}, for all clients"
                : _explanations.GetValueOrDefault(unknown.Key);
        }

        return _explanations.GetValueOrDefault(unknown.Key) ?? (unknown.GetChildren().Any(child => Table.Find(child.Key) is not null)
            ? "unknown section; put the settings of a client under Clients, and those of a host under Hosts"
            : null);
    }

    private static OptionType<TimeSpan> UpToADay(double fromSeconds) => Duration(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromDays(1));

    // A path that begins with // or /\ would be a URL on another host.
    private static bool IsPath(string value) => value is ['/', ..] and not ['/', '/' or '\\', ..];
}

/// <summary>An option that lists status codes, as an array or a comma-separated string. A later section replaces the whole list.</summary>
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

        // An empty JSON list, whose section value is an empty string, means no codes. JSON null means the default codes.
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
