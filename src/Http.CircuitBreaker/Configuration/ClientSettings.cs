using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Configuration;

/// <param name="options">The client's options.</param>
/// <param name="hosts">The complete options for each host and port. A null port means all ports.</param>
/// <param name="section">The path of the configuration section; null if there is no such section.</param>
internal sealed class ClientSettings(
    CircuitBreakerOptions options,
    IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions>? hosts = null,
    string? section = null)
{
    private readonly HostSettings _client = HostSettings.From(options);
    private readonly Dictionary<(string Host, int? Port), HostSettings> _hosts =
        hosts?.ToDictionary(host => host.Key, host => HostSettings.From(host.Value)) ?? [];

    public CircuitBreakerOptions Options => options;

    public string? Section => section;

    /// <summary>The hosts and ports that have their own settings.</summary>
    public IReadOnlyCollection<(string Host, int? Port)> Hosts => _hosts.Keys;

    /// <summary>Returns the options for a host or port, which may have no settings of its own.</summary>
    public CircuitBreakerOptions OptionsOf((string Host, int? Port) host) => hosts is not null
        && (hosts.TryGetValue(host, out var own) || hosts.TryGetValue((host.Host, null), out own)) ? own : options;

    /// <summary>Returns the settings for a circuit: those for its port if any, else those for its host, else the client's.</summary>
    public HostSettings Find(CircuitKey key) => key.Host is { } host
        && (_hosts.TryGetValue((host, key.Port), out var settings) || _hosts.TryGetValue((host, null), out settings))
            ? settings
            : _client;
}

/// <summary>The circuit settings, plus those that only the handler pipeline uses.</summary>
internal sealed record HostSettings : CircuitSettings
{
    public required CallRules Rules { get; init; }

    /// <value>Zero = off.</value>
    public required TimeSpan CallTimeout { get; init; }

    public required bool ObserveResponseBody { get; init; }

    public string? ProbePath { get; init; }

    public required bool NeedsElapsedTime { get; init; }

    public static HostSettings From(CircuitBreakerOptions options) =>
        new()
        {
            Mode = options.Mode,
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumThroughput,
            SamplingDuration = Milliseconds(options.SamplingDuration),
            ConsecutiveFailures = options.ConsecutiveFailures ?? 0,
            ConsecutiveFailuresDuration = Milliseconds(options.ConsecutiveFailuresDuration),
            SlowCallDuration = Milliseconds(options.SlowCallDuration ?? TimeSpan.Zero),
            UnresponsiveDetection = options.UnresponsiveDetection,
            BreakDuration = Milliseconds(options.BreakDuration),
            MaxBreakDuration = Milliseconds(options.MaxBreakDuration ?? options.BreakDuration),
            MaxRetryAfter = Milliseconds(options.MaxRetryAfter),
            BreakJitter = options.BreakJitter,
            RetryAfterHandling = options.RetryAfterHandling,
            HalfOpenProbes = options.HalfOpenProbes,
            ProbeTimeout = Milliseconds(options.ProbeTimeout),
            ProbePath = options.ProbePath,
            ProbesInBackground = options is { ProbePath: not null, Mode: CircuitBreakerMode.Enforce },
            RecoveryDuration = Milliseconds(options.RecoveryDuration ?? TimeSpan.Zero),
            CallTimeout = options.CallTimeout ?? TimeSpan.Zero,
            ObserveResponseBody = options.ObserveResponseBody,
            NeedsElapsedTime = options is not
            {
                SlowCallDuration: null, UnresponsiveDetection: not UnresponsiveDetection.SilenceAndSlowness, Classify: null,
            },
            Rules = new CallRules(
                StatusCodeSet.From(StatusCodeKind.Http, options.FailureStatusCodes),
                StatusCodeSet.From(StatusCodeKind.Grpc, options.FailureGrpcStatusCodes),
                options.Classify),
        };

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;
}
