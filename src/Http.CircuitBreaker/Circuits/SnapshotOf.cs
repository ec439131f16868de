using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Turns monotonic milliseconds into the dates that people read; nothing decides by them.</summary>
internal static class SnapshotOf
{
    public static CircuitSnapshot Circuit(
        Circuit circuit, long now, DateTimeOffset utcNow, WindowCounts evidence, CallTotals ended, long inFlight)
    {
        var phase = circuit.Phase;
        return new CircuitSnapshot
        {
            Key = circuit.Key,
            State = phase.State,
            Epoch = phase.Epoch,
            Since = utcNow.AddMilliseconds(phase.Since - now),
            Until = phase.Until is { } until ? utcNow.AddMilliseconds(until - now) : null,
            ProbeDue = phase.Until is { } end && now - end >= 0,
            Total = evidence.Total,
            Failed = evidence.Failed,
            Overdue = evidence.Overdue,
            FailureRatio = evidence.Ratio,
            AdmittedShare = phase.AdmittedShare,
            InFlight = inFlight,
            TotalSucceeded = ended.Succeeded,
            TotalFailed = ended.Failed,
            TotalIgnored = ended.Ignored,
            LastFailureReason = circuit.LastFailureReason,
            RemoteInstances = circuit.RemoteInstances(now),
            IsolationReason = (phase as IsolatedPhase)?.Reason,
            Mode = circuit.Settings.Mode,
        };
    }
}
