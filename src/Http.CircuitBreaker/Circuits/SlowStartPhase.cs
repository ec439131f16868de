using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Admits a growing share of calls for <c>RecoveryDuration</c> before the circuit closes.</summary>
/// <remarks>
/// The share doubles with each tenth of the duration, from one call in 1,024 to all calls. The circuit reopens if the share of failures in
/// the most recent tenth reaches the failure ratio, or 100% if no failure ratio is set.
/// </remarks>
internal sealed class SlowStartPhase(int epoch, long since, long start, CircuitSettings settings, CallCounters counters)
    : Phase(epoch, since)
{
    private const int Doublings = 10;

    private readonly RollingWindow _window = new(settings.RecoveryDuration / Doublings, start, counters);
    private readonly Lock _lock = new();
    private readonly long _start = start;
    private long _lastCall = start;

    // Each call adds the current share to the credit and is admitted if the credit reaches 1. The first call is admitted immediately.
    private double _credit = 1;

    public override CircuitState State => CircuitState.HalfOpen;

    public override double AdmittedShare => ShareAt(Volatile.Read(ref _lastCall));

    public override WindowCounts Evidence(long now) => _window.Count(now);

    public override bool MayBeEvicted(long now, CircuitSettings current) => now > GoneAt(current);

    public override long GoneAt(CircuitSettings current) => Volatile.Read(ref _lastCall) + current.IdleTimeUntilGone;

    /// <summary>
    /// Whether the first tenth of slow start is over. A failure before then is not caused by load, because so few calls are admitted.
    /// </summary>
    public bool HasProgressed(long now) => now - _start >= settings.RecoveryDuration / Doublings;

    public override Admission TryAdmit(long now, CircuitSettings current, out Transition? transition)
    {
        transition = null;
        if (now - _start >= settings.RecoveryDuration)
        {
            transition = new Transition(CircuitState.Closed, CircuitTransitionReason.Recovered, now) { Evidence = Evidence(now) };
            return Admission.Superseded;
        }

        lock (_lock)
        {
            Volatile.Write(ref _lastCall, now);
            _credit += ShareAt(now);
            if (_credit < 1)
            {
                return Admission.Rejected;
            }

            _credit--;
        }

        return counters.Silence.Advance(now) && (transition = OnSilence(counters, current, now)) is not null
            ? Admission.Superseded
            : Admission.Admitted;
    }

    public override Transition? Record(in Permit permit, in CallResult result, long now, CircuitSettings current)
    {
        _window.Advance(now);
        counters.End(result.Outcome, result.IsBody);
        return result.Outcome == CircuitOutcome.Failure ? OnFailure(in result, now) : null;
    }

    private double ShareAt(long now) => Math.Pow(2, (Doublings * (now - _start) / (double)settings.RecoveryDuration) - Doublings);

    private Transition? OnFailure(in CallResult failure, long now)
    {
        var evidence = Evidence(now);
        return TripRule.OpensImmediately(settings, in failure)
            ? Transition.Open(CircuitTransitionReason.RetryAfter, in failure, now, evidence)
            : evidence.Ratio >= (settings.FailureRatio ?? 1)
                ? Transition.Open(CircuitTransitionReason.RecoveryFailed, in failure, now, evidence)
                : null;
    }
}
