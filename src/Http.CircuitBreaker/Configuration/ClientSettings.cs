using System.Collections.ObjectModel;
using Http.CircuitBreaker.Circuits;
using Http.CircuitBreaker.Classification;

namespace Http.CircuitBreaker.Configuration;

/// <param name="options">The client's options.</param>
/// <param name="hosts">The complete options for each host and port. A null port means all ports.</param>
/// <param name="names">The complete settings for each circuit name.</param>
/// <param name="section">The path of the configuration section; null if there is no such section.</param>
internal sealed class ClientSettings(
    CircuitBreakerOptions options,
    IReadOnlyDictionary<(string Host, int? Port), CircuitBreakerOptions>? hosts = null,
    Dictionary<string, ClientSettings>? names = null,
    string? section = null)
{
    private readonly HostSettings _client = HostSettings.From(options);
    private readonly Dictionary<(string Host, int? Port), HostSettings> _hosts =
        hosts?.ToDictionary(host => host.Key, host => HostSettings.From(host.Value)) ?? [];
    private readonly Dictionary<string, ClientSettings> _names = names ?? [];

    public CircuitBreakerOptions Options => options;

    public string? Section => section;

    /// <summary>
    /// Each section's path and the client's options after that section was applied, in the order in which the sections were read.
    /// </summary>
    public IReadOnlyList<(string Section, CircuitBreakerOptions Options)> Sources { get; init; } = [];

    /// <summary>The hosts and ports that have their own settings.</summary>
    public IReadOnlyCollection<(string Host, int? Port)> Hosts => _hosts.Keys;

    /// <summary>The circuit names that have their own settings.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>Returns the options set for a circuit name, or the client's options if the name has no settings of its own.</summary>
    public CircuitBreakerOptions OptionsOf(string name) => _names.GetValueOrDefault(name, this).Options;

    public bool HasName(ReadOnlySpan<char> name) =>
        _names.Count > 0 && _names.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(name);

    /// <summary>Returns the options set for the port, else those set for the host, else the client's options.</summary>
    public CircuitBreakerOptions OptionsOf((string Host, int? Port) host) => hosts is not null
        && (hosts.TryGetValue(host, out var own) || hosts.TryGetValue((host.Host, null), out own)) ? own : options;

    /// <summary>Returns the settings for the circuit's port, else those for its host, else the client's settings.</summary>
    /// <remarks>If there are settings for the circuit's name, they override those of the port, host and client.</remarks>
    public HostSettings Find(CircuitKey key) =>
        key.Name is { } name && _names.TryGetValue(name, out var named) ? named.FindHost(key) : FindHost(key);

    private HostSettings FindHost(CircuitKey key) => key.Host is { } host
        && (_hosts.TryGetValue((host, key.Port), out var settings) || _hosts.TryGetValue((host, null), out settings))
            ? settings
            : _client;
}

/// <summary>The circuit settings, plus those that only the handler pipeline uses.</summary>
internal sealed record HostSettings : CircuitSettings
{
    private readonly CircuitBreakerOptions _options;
    private IReadOnlyDictionary<string, string>? _text;

    private HostSettings(CircuitBreakerOptions options) => _options = options;

    // The first snapshot creates this dictionary. Two threads may create it simultaneously, but all snapshots get the same one.
    public override IReadOnlyDictionary<string, string> Text =>
        Volatile.Read(ref _text) ?? Interlocked.CompareExchange(ref _text, Format(_options), null) ?? _text;

    public required CallRules Rules { get; init; }

    /// <value>Zero = off.</value>
    public required TimeSpan CallTimeout { get; init; }

    public required bool ObserveResponseBody { get; init; }

    public string? ProbePath { get; init; }

    public required bool NeedsElapsedTime { get; init; }

    public static HostSettings From(CircuitBreakerOptions options) =>
        new(options)
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

    private static ReadOnlyDictionary<string, string> Format(CircuitBreakerOptions options) => new(
        new OrderedDictionary<string, string>(
            CircuitBreakerOptionTable.Table.Rows.Select(row => KeyValuePair.Create(row.Key, row.Format(options)))));

    private static long Milliseconds(TimeSpan duration) => (long)duration.TotalMilliseconds;
}
