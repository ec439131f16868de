namespace Http.CircuitBreaker.AspNetCore.Json;

/// <summary>The JSON representation of a <see cref="CircuitSnapshot"/>; see that type for the meaning of the values.</summary>
internal sealed record CircuitJson
{
    public required string Id { get; init; }

    public required string Client { get; init; }

    /// <summary>
    /// Identifies the circuit within its client by origin or host, by the name in its key, or by both. Empty if the circuit covers the
    /// whole client.
    /// </summary>
    public required string Target { get; init; }

    public string? Scheme { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    public string? Name { get; init; }

    public required CircuitState State { get; init; }

    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool ProbeDue { get; init; }

    public long Total { get; init; }

    public long Failed { get; init; }

    public long Overdue { get; init; }

    public double FailureRatio { get; init; }

    public double AdmittedShare { get; init; }

    public long InFlight { get; init; }

    public long Rejected { get; init; }

    public long WouldHaveRejected { get; init; }

    public long TotalSucceeded { get; init; }

    public long TotalFailed { get; init; }

    public long TotalIgnored { get; init; }

    public string? LastFailureReason { get; init; }

    public int ConsecutiveOpenings { get; init; }

    public string? IsolationReason { get; init; }

    public int RemoteInstances { get; init; }

    public CircuitBreakerMode Mode { get; init; }

    public string? ConfigurationError { get; init; }

    /// <summary>The settings in effect. They are omitted from lists and events, because they would double the size of the data.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    public static CircuitJson From(CircuitSnapshot circuit) => new()
    {
        Id = circuit.Id,
        Client = circuit.Key.Client,
        Target = FormatTarget(circuit.Key),
        Scheme = circuit.Key.Scheme,
        Host = circuit.Key.Host,
        Port = circuit.Key.Port,
        Name = circuit.Key.Name,
        State = circuit.State,
        Since = circuit.Since,
        Until = circuit.Until,
        ProbeDue = circuit.ProbeDue,
        Total = circuit.Total,
        Failed = circuit.Failed,
        Overdue = circuit.Overdue,
        FailureRatio = circuit.FailureRatio,
        AdmittedShare = circuit.AdmittedShare,
        InFlight = circuit.InFlight,
        Rejected = circuit.Rejected,
        WouldHaveRejected = circuit.WouldHaveRejected,
        TotalSucceeded = circuit.TotalSucceeded,
        TotalFailed = circuit.TotalFailed,
        TotalIgnored = circuit.TotalIgnored,
        LastFailureReason = circuit.LastFailureReason,
        ConsecutiveOpenings = circuit.ConsecutiveOpenings,
        IsolationReason = circuit.IsolationReason,
        RemoteInstances = circuit.RemoteInstances,
        Mode = circuit.Mode,
        ConfigurationError = circuit.ConfigurationError,
    };

    private static string FormatTarget(CircuitKey key) => (FormatPlace(key), key.Name) switch
    {
        (var place, null) => place,
        ("", { } name) => name,
        ({ } place, { } name) => $"{place} {name}",
    };

    private static string FormatPlace(CircuitKey key) => key switch
    {
        { Host: null } => "",
        { Scheme: null, Host: { } host } => host,
        { Scheme: { } scheme, Host: { } host } => $"{scheme}://{FormatHost(host)}{FormatPort(key)}",
    };

    private static string FormatHost(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;

    private static string FormatPort(CircuitKey key) =>
        (key.Scheme, key.Port) is (_, null) or ("https", 443) or ("http", 80) ? "" : $":{key.Port}";
}

/// <summary>The JSON representation of a <see cref="CircuitStateChange"/>; see that type for the meaning of the values.</summary>
internal sealed record TransitionJson
{
    public required string Id { get; init; }

    public int Epoch { get; init; }

    public required DateTimeOffset At { get; init; }

    public required CircuitState PreviousState { get; init; }

    public required CircuitState State { get; init; }

    public required CircuitTransitionReason Reason { get; init; }

    public double PreviousDurationSeconds { get; init; }

    public double? BreakSeconds { get; init; }

    public long Total { get; init; }

    public long Failed { get; init; }

    public long Overdue { get; init; }

    public string? FailureReason { get; init; }

    public int ConsecutiveOpenings { get; init; }

    public string? IsolationReason { get; init; }

    public static TransitionJson From(CircuitStateChange change, DateTimeOffset at) => new()
    {
        Id = change.Key.Id,
        Epoch = change.Epoch,
        At = at,
        PreviousState = change.PreviousState,
        State = change.State,
        Reason = change.Reason,
        PreviousDurationSeconds = change.PreviousDuration.TotalSeconds,
        BreakSeconds = change.BreakDuration?.TotalSeconds,
        Total = change.Total,
        Failed = change.Failed,
        Overdue = change.Overdue,
        FailureReason = change.FailureReason,
        ConsecutiveOpenings = change.ConsecutiveOpenings,
        IsolationReason = change.IsolationReason,
    };
}
