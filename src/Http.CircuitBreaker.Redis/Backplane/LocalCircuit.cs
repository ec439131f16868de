using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>A circuit's state in this process, tracked from its change events. Times are monotonic, in milliseconds.</summary>
/// <remarks>
/// If another instance caused the current state, <paramref name="SinceRecord"/> is the server time of the record that reported it, and
/// <paramref name="OpenedRecord"/> that of the record that reported the last opening. Each is null if this process made the change.
/// </remarks>
internal readonly record struct LocalCircuit(
    CircuitState State, int Epoch, long Since, long OpenedAt, long Until, long? SinceRecord = null, long? OpenedRecord = null)
{
    /// <summary>The state of a circuit that has not changed yet.</summary>
    public static LocalCircuit Initial { get; } = new(CircuitState.Closed, 1, long.MinValue / 2, long.MinValue / 2, 0);

    public LocalCircuit Apply(CircuitStateChange change, long now, long? recordTime)
    {
        var opens = change.State is CircuitState.Open or CircuitState.Isolated;
        var source = change.Reason == CircuitTransitionReason.Remote ? recordTime : null;
        return new LocalCircuit(
            change.State,
            change.Epoch,
            now,
            opens ? now : OpenedAt,
            change.BreakDuration is { } duration ? now + (long)duration.TotalMilliseconds : Until,
            source,
            opens ? source : OpenedRecord);
    }

    /// <summary>
    /// Converts all times to server times. If a record from another instance caused the state, the state began at the time in the record,
    /// not when the record arrived.
    /// </summary>
    public LocalCircuit ToServerTime(ServerClock clock) => this with
    {
        Since = SinceRecord ?? clock.ToServerTime(Since),
        OpenedAt = OpenedRecord ?? clock.ToServerTime(OpenedAt),
        Until = clock.ToServerTime(Until),
    };
}

/// <summary>
/// A local change to report to the server. Its time is stored in <c>LocalCircuit</c>. <paramref name="Until"/> is monotonic, in
/// milliseconds.
/// </summary>
internal sealed record LocalChange(ReportKind Kind, long? Until, bool IsCertain, string? FailureReason, string? IsolationReason)
{
    /// <summary>
    /// Creates the change to report. Returns null if the circuit became half-open, or if another instance opened or closed the circuit. An
    /// isolation by another instance is returned, because it must be reported again if the server loses its data.
    /// </summary>
    public static LocalChange? Create(CircuitStateChange change, long now)
    {
        if (KindOf(change) is not { } kind || (change.Reason == CircuitTransitionReason.Remote && kind != ReportKind.Isolated))
        {
            return null;
        }

        long? until = change.BreakDuration is { } duration ? now + (long)duration.TotalMilliseconds : null;
        return new LocalChange(kind, until, change.RetryAfter is not null, change.FailureReason, change.IsolationReason);
    }

    public bool IsOver(long now) => Until is { } until && until <= now;

    private static ReportKind? KindOf(CircuitStateChange change) => change.State switch
    {
        CircuitState.Open => ReportKind.Opened,
        CircuitState.Isolated => ReportKind.Isolated,
        CircuitState.Closed => change.Reason == CircuitTransitionReason.Reset ? ReportKind.Reset : ReportKind.Closed,
        _ => null,
    };
}
