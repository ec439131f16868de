using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Decides what a record means for a circuit here. Pure; all times are the server's.</summary>
internal static class RecordRule
{
    /// <param name="record">The fleet's latest word.</param>
    /// <param name="local">Where the circuit stands, its times turned into the server's.</param>
    /// <param name="isNew">Whether the record has not been decided upon before.</param>
    /// <param name="now">The server's time.</param>
    public static RemoteAction? Decide(BackplaneRecord record, in LocalState local, bool isNew, long now) => record.State switch
    {
        BackplaneState.Isolated => isNew && record.IsInForce(now) ? new RemoteAction.Isolate(Remaining(record, now), NullIfEmpty(record.Note)) : null,
        BackplaneState.Closed when record.IsReset && local.State != CircuitState.Closed => local.OpenedAt <= record.At ? new RemoteAction.Reset() : null,
        BackplaneState.Closed => Closes(record, in local) ? new RemoteAction.Close(local.Epoch) : null,
        _ => Opens(record, in local, now) ? new RemoteAction.Open(local.Epoch, Verdict(record, now)) : null,
    };

    // What opened after the fleet had closed stays open: it has newer evidence.
    private static bool Closes(BackplaneRecord record, in LocalState local) =>
        local.State is CircuitState.Open or CircuitState.HalfOpen && local.OpenedAt <= record.At;

    // A break that is running stays as it is. One that is over begins anew if the fleet's probes have failed meanwhile.
    private static bool Opens(BackplaneRecord record, in LocalState local, long now) => record.IsInForce(now) && local.State switch
    {
        CircuitState.Closed or CircuitState.HalfOpen => local.Since <= record.At,
        CircuitState.Open => local.Until <= now && record.Until > local.Until,
        _ => false,
    };

    private static RemoteOpening Verdict(BackplaneRecord record, long now) =>
        new(TimeSpan.FromMilliseconds(Math.Max(0, record.Until - now)), record.Instances, NullIfEmpty(record.Reason));

    private static TimeSpan? Remaining(BackplaneRecord record, long now) => record.Until == 0 ? null : TimeSpan.FromMilliseconds(record.Until - now);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
