namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>A command about one circuit. Times are the server's; times and durations are in milliseconds.</summary>
internal abstract record BackplaneCommand(CircuitKey Key);

internal enum ReportKind
{
    Opened,
    Closed,
    Isolated,
    Reset,
}

/// <summary>
/// Reports a change that this instance made at <paramref name="Since"/>, and that lasts until <paramref name="Until"/> (0: no end). If
/// <paramref name="IsCertain"/>, the host asked for the break, and one vote opens the circuit for all.
/// </summary>
internal sealed record ReportCommand(
    CircuitKey Key,
    ReportKind Kind,
    long Since,
    long Until = 0,
    bool IsCertain = false,
    string? FailureReason = null,
    string? IsolationReason = null) : BackplaneCommand(Key)
{
    /// <summary>The reported change: identifies it when the reply arrives.</summary>
    public object? Change { get; init; }
}

/// <summary>Requests the lease of one probe, which expires after <paramref name="Duration"/> unless it is settled before.</summary>
internal sealed record LeaseCommand(CircuitKey Key, string Token, long Duration, long SeenVersion, int Probes, int FailuresToOpen)
    : BackplaneCommand(Key);

/// <summary>Ends a leased probe, or returns an unused lease. <paramref name="BreakDuration"/> applies if the circuit reopens.</summary>
internal sealed record SettleCommand(CircuitKey Key, string Token, CircuitOutcome Outcome, long BreakDuration, string? FailureReason)
    : BackplaneCommand(Key);

internal enum CommandAnswer
{
    /// <summary>Nothing was changed, because the record is newer or has no use for the command.</summary>
    Stale,

    /// <summary>Stored; a lease is granted.</summary>
    Accepted,

    /// <summary>No lease is free until the time in the reply.</summary>
    Denied,
}

/// <summary>The reply to a command. Another <paramref name="Generation"/> means that the server has lost its data.</summary>
internal sealed record CommandReply(CommandAnswer Answer, string Generation, long ServerTime, long DeniedUntil, BackplaneRecord? Record);

/// <summary>The reply to a poll: the live instances, where the next poll begins, and the records that have changed.</summary>
internal sealed record PollReply(string Generation, long ServerTime, int Instances, long Version, IReadOnlyList<BackplaneRecord> Records);
