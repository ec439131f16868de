using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Decides how a record changes the local circuit. All times are server times.</summary>
internal static class RecordRule
{
    /// <summary>Returns the change to apply, or null if there is none. A record opens or isolates a circuit only once.</summary>
    public static RemoteAction? Decide(BackplaneRecord record, in LocalCircuit local, bool isApplied, long now) => record.State switch
    {
        BackplaneState.Isolated when !isApplied && record.IsInForce(now) =>
            new(RemoteActionKind.Isolate, Duration: record.Until == 0 ? null : RemainingTime(record, now), Reason: record.IsolationReason),

        // A circuit that opened after the remote change stays open. Only a reset ends an isolation.
        BackplaneState.Closed when local.State != CircuitState.Closed && local.OpenedAt <= record.At =>
            record.IsReset ? new(RemoteActionKind.Reset)
            : local.State != CircuitState.Isolated ? new(RemoteActionKind.Close, local.Epoch)
            : null,
        BackplaneState.Open when !isApplied && Opens(record, in local, now) =>
            new(RemoteActionKind.Open, local.Epoch, new RemoteOpening(RemainingTime(record, now), record.Instances, record.FailureReason)),
        _ => null,
    };

    // A break that is still running is not changed. A break that is over is extended to the end of the record's break if no probe has made
    // the circuit half-open yet, for example because another instance's probe has failed.
    private static bool Opens(BackplaneRecord record, in LocalCircuit local, long now) => record.IsInForce(now) && local.State switch
    {
        CircuitState.Closed or CircuitState.HalfOpen => local.Since <= record.At,
        CircuitState.Open => local.Until <= now && record.Until > local.Until,
        _ => false,
    };

    private static TimeSpan RemainingTime(BackplaneRecord record, long now) => TimeSpan.FromMilliseconds(Math.Max(0, record.Until - now));
}

internal enum RemoteActionKind { Open, Close, Isolate, Reset }

/// <summary>A change made by another instance, to be applied to the local circuit.</summary>
internal sealed record RemoteAction(
    RemoteActionKind Kind, int Epoch = 0, RemoteOpening Opening = default, TimeSpan? Duration = null, string? Reason = null)
{
    /// <summary>
    /// Applies the change. Returns false if the circuit has changed in the meantime or cannot be created on this instance.
    /// </summary>
    public bool Apply(ICircuitBackplaneReceiver receiver, CircuitKey key) => Kind switch
    {
        RemoteActionKind.Open => receiver.Open(key, Epoch, Opening),
        RemoteActionKind.Close => receiver.Close(key, Epoch),
        RemoteActionKind.Isolate => receiver.Isolate(key, Duration, Reason),
        _ => receiver.Reset(key),
    };
}
