namespace Http.CircuitBreaker.Redis.Protocol;

/// <summary>What an instance tells or asks the server about a circuit. Times are the server's, durations milliseconds.</summary>
internal abstract record BackplaneCommand(CircuitKey Key);

/// <summary>A change that this instance made. An older sequence number than one that the server has seen is stale.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="Kind">The change.</param>
/// <param name="Sequence">Grows with each report of this instance.</param>
/// <param name="Since">When it was made.</param>
/// <param name="Until">When the break or the isolation ends; 0 for never.</param>
/// <param name="IsCertain">One report is enough: the host itself asked for the break.</param>
/// <param name="Reason">What the last failure was.</param>
/// <param name="Note">What was said with an isolation.</param>
internal sealed record ReportCommand(
    CircuitKey Key, ReportKind Kind, long Sequence, long Since, long Until = 0, bool IsCertain = false, string? Reason = null, string? Note = null)
    : BackplaneCommand(Key)
{
    /// <summary>What it was made from: known again when the answer comes.</summary>
    public object? Change { get; init; }
}

/// <summary>Asks for a probe.</summary>
/// <param name="Key">The circuit.</param>
/// <param name="Token">Names the lease, new for each request.</param>
/// <param name="Opened">When the circuit opened here.</param>
/// <param name="Seen">The version of the record that this instance knows.</param>
/// <param name="Probes">How many probes make a verdict.</param>
/// <param name="FailuresToOpen">So many failed ones open.</param>
internal sealed record LeaseCommand(CircuitKey Key, string Token, long Opened, long Seen, int Probes, int FailuresToOpen) : BackplaneCommand(Key);

/// <summary>The leased probe is on its way and may take that long.</summary>
internal sealed record HoldCommand(CircuitKey Key, string Token, long Duration) : BackplaneCommand(Key);

/// <summary>The leased probe has ended. <paramref name="Break"/> is the break to come if the verdict is to open.</summary>
internal sealed record SettleCommand(CircuitKey Key, string Token, CircuitOutcome Outcome, long Break, string? Reason) : BackplaneCommand(Key);
