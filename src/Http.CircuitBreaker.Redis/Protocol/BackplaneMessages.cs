namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>A command about one circuit. Times are server times; times and durations are in milliseconds.</summary>
internal abstract record BackplaneCommand(CircuitKey Key, string Name);

internal enum ReportKind { Opened, Closed, Isolated, Reset }

/// <summary>
/// Reports a state change on this instance. The new state began at <paramref name="Since"/> and ends at <paramref name="Until"/>, which is
/// 0 if the state has no end. <paramref name="IsCertain"/> means that the host sent <c>Retry-After</c>, so this report alone opens the
/// circuit on all instances.
/// </summary>
/// <remarks>
/// The circuit counts as reported only if <paramref name="Change"/> is still its latest change when the reply arrives.
/// The quorum is computed from at least <paramref name="MinInstances"/> live instances.
/// </remarks>
internal sealed record ReportCommand(
    CircuitKey Key,
    ReportKind Kind,
    long Since,
    long Until = 0,
    bool IsCertain = false,
    string? FailureReason = null,
    string? IsolationReason = null,
    object? Change = null,
    int MinInstances = 0) : BackplaneCommand(Key, "report");

/// <summary>
/// Requests a lease for one probe. The lease expires after <paramref name="Duration"/> unless a <c>SettleCommand</c> ends it first.
/// </summary>
internal sealed record LeaseCommand(CircuitKey Key, string Token, long Duration, long SeenVersion, int Probes, int FailuresToOpen)
    : BackplaneCommand(Key, "lease");

/// <summary>Ends a leased probe, or returns an unused lease. <paramref name="BreakDuration"/> applies if the circuit reopens.</summary>
internal sealed record SettleCommand(CircuitKey Key, string Token, CircuitOutcome Outcome, long BreakDuration, string? FailureReason)
    : BackplaneCommand(Key, "settle");

/// <summary>
/// <c>Stale</c>: nothing changed, because the record is newer than the reported change, or the command does not apply to the record.
/// <c>Accepted</c>: the change was stored, or the lease was granted. <c>Denied</c>: no lease is available until the time in the reply.
/// </summary>
internal enum CommandAnswer { Stale, Accepted, Denied }

/// <summary>The reply to a command. A changed <paramref name="Generation"/> means that the server has lost data.</summary>
internal sealed record CommandReply(CommandAnswer Answer, string Generation, long ServerTime, long DeniedUntil, BackplaneRecord? Record);

/// <summary>
/// The reply to a poll. It contains the number of live instances, the version to pass to the next poll, whether the next poll will return
/// more records, and the changed records. A record is null if it could not be parsed.
/// </summary>
internal sealed record PollReply(
    string Generation, long ServerTime, int Instances, long Version, bool HasMore, IReadOnlyList<BackplaneRecord?> Records);
