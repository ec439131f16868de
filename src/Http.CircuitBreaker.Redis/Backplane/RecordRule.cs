using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Decides what a record changes in the local circuit. All times are the server's.</summary>
internal static class RecordRule
{
    /// <summary>Returns the change; null for none. An isolation is applied only while the record <paramref name="isNew"/>.</summary>
    public static RemoteAction? Decide(BackplaneRecord record, in LocalCircuit local, bool isNew, long now) => record.State switch
    {
        BackplaneState.Isolated when isNew && record.IsInForce(now) =>
            new(RemoteActionKind.Isolate, Duration: record.Until == 0 ? null : RemainingTime(record, now), Reason: record.IsolationReason),
        BackplaneState.Closed when record.IsReset && local.State != CircuitState.Closed && local.OpenedAt <= record.At =>
            new(RemoteActionKind.Reset),
        BackplaneState.Closed when !record.IsReset && Closes(record, in local) => new(RemoteActionKind.Close, local.Epoch),
        BackplaneState.Open when Opens(record, in local, now) =>
            new(RemoteActionKind.Open, local.Epoch, new RemoteOpening(RemainingTime(record, now), record.Instances, record.FailureReason)),
        _ => null,
    };

    // A circuit that opened after the close stays open.
    private static bool Closes(BackplaneRecord record, in LocalCircuit local) =>
        local.State is CircuitState.Open or CircuitState.HalfOpen && local.OpenedAt <= record.At;

    // A running break is left alone. One that is over continues if a probe of another instance has failed.
    private static bool Opens(BackplaneRecord record, in LocalCircuit local, long now) => record.IsInForce(now) && local.State switch
    {
        CircuitState.Closed or CircuitState.HalfOpen => local.Since <= record.At,
        CircuitState.Open => local.Until <= now && record.Until > local.Until,
        _ => false,
    };

    private static TimeSpan RemainingTime(BackplaneRecord record, long now) => TimeSpan.FromMilliseconds(Math.Max(0, record.Until - now));
}

internal enum RemoteActionKind
{
    Open,
    Close,
    Isolate,
    Reset,
}

/// <summary>A change that another instance caused and that is to be applied here.</summary>
internal sealed record RemoteAction(
    RemoteActionKind Kind, int Epoch = 0, RemoteOpening Opening = default, TimeSpan? Duration = null, string? Reason = null)
{
    /// <summary>Applies the action; false if the circuit has changed meanwhile or cannot exist here.</summary>
    public bool Apply(ICircuitBackplaneReceiver receiver, CircuitKey key) => Kind switch
    {
        RemoteActionKind.Open => receiver.Open(key, Epoch, Opening),
        RemoteActionKind.Close => receiver.Close(key, Epoch),
        RemoteActionKind.Isolate => receiver.Isolate(key, Duration, Reason),
        _ => receiver.Reset(key),
    };
}
