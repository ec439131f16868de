using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Admits every call and decides when to open the circuit.</summary>
/// <remarks>A successful call takes no lock and allocates no memory, unless it is the first call in a time bucket.</remarks>
internal sealed class ClosedPhase(int epoch, long since, CircuitSettings settings, CallCounters counters) : Phase(epoch, since)
{
    private RollingWindow _window = new(settings.SamplingDuration, since, counters);
    private OverdueCalls? _overdue = CreateOverdue(settings, origin: since - 1);
    private ConsecutiveFailureCounter _failuresBeforeHeaders = new();
    private ConsecutiveFailureCounter _failuresInBodies = new();

    public override CircuitState State => CircuitState.Closed;

    public override double AdmittedShare => 1;

    public override bool MayBeEvicted(long now, CircuitSettings settings) => true;

    public override Admission TryAdmit(long now, CircuitSettings settings, out Transition? transition)
    {
        transition = null;
        if (Volatile.Read(ref _overdue) is { } overdue)
        {
            if (overdue.Advance(now) && (transition = OnOverdueCalls(now, settings)) is not null)
            {
                return Admission.Superseded;
            }

            overdue.Start(now);
        }

        return counters.Silence.Advance(now) && (transition = OnSilence(counters, settings, now)) is not null
            ? Admission.Superseded
            : Admission.Admitted;
    }

    /// <summary>Prevents a call from counting as overdue, because it may wait indefinitely for response headers.</summary>
    public void ExemptFromOverdue(long admittedAt) => Volatile.Read(ref _overdue)?.End(admittedAt);

    public override Transition? Record(in Permit permit, in CallResult result, long now, CircuitSettings settings)
    {
        Volatile.Read(ref _window).Advance(now);
        counters.End(result.Outcome, result.IsBody);
        if (!result.IsBody && Volatile.Read(ref _overdue) is { } overdue && !permit.IsUntimed)
        {
            overdue.End(permit.AdmittedAt);
        }

        if (result.Outcome == CircuitOutcome.Failure)
        {
            var run = result.IsBody ? _failuresInBodies.Add(now) : _failuresBeforeHeaders.Add(now);
            return OnFailure(in result, run, now, settings);
        }

        if (result.Outcome == CircuitOutcome.Success)
        {
            EndRuns(in result);
        }

        return null;
    }

    public override WindowCounts Evidence(long now)
    {
        var window = Volatile.Read(ref _window).Count(now);
        var overdue = Volatile.Read(ref _overdue)?.Count(now) ?? 0;
        return new WindowCounts(window.Total + overdue, window.Failed + overdue, overdue);
    }

    /// <summary>Applies changed settings. A changed duration resets the counts that depend on it.</summary>
    public void Apply(CircuitSettings settings, long now)
    {
        if (_window.Duration != settings.SamplingDuration)
        {
            Volatile.Write(ref _window, new RollingWindow(settings.SamplingDuration, now, counters));
        }

        if ((_overdue?.Duration ?? 0) != settings.SlowCallDuration)
        {
            Volatile.Write(ref _overdue, CreateOverdue(settings, origin: now));
        }
    }

    /// <summary>Whether the circuit has been closed for the sampling duration with at least one success.</summary>
    public bool WasHealthy(CircuitSettings settings, long now) =>
        now - Since >= settings.SamplingDuration && _window.All.Succeeded > 0;

    /// <summary>Whether, soon after a recovery, calls succeeded at first and then all failed, probably because of too much load.</summary>
    public bool FailedSoonAfterRecovery(CircuitSettings settings, long now) =>
        Epoch > 1
        && now - Since < settings.RecoveryDuration / 2
        && _window.All is { Succeeded: > 0 } all
        && all.Failed == _failuresBeforeHeaders.Count + _failuresInBodies.Count;

    private static OverdueCalls? CreateOverdue(CircuitSettings settings, long origin) =>
        settings.SlowCallDuration > 0 ? new OverdueCalls(settings.SlowCallDuration, origin) : null;

    // Resets the counters of consecutive failures. Successful response headers reset the counter of failures before the headers. A body
    // read to its end, or a success without a body, resets the counter of failures while reading a body.
    private void EndRuns(in CallResult success)
    {
        if (!success.IsBody)
        {
            _failuresBeforeHeaders.Clear();
        }

        if (!success.IsBodyPending)
        {
            _failuresInBodies.Clear();
        }
    }

    private Transition? OnOverdueCalls(long now, CircuitSettings settings)
    {
        var evidence = Evidence(now);
        return evidence.Overdue > 0 && TripRule.ByRatio(settings, evidence) is { } reason
            ? Transition.Open(reason, CallResult.Failure(CallResult.Slow), now, evidence)
            : null;
    }

    private Transition? OnFailure(in CallResult failure, ConsecutiveFailures run, long now, CircuitSettings settings)
    {
        var evidence = Evidence(now);
        return TripRule.OnFailure(settings, in failure, run, evidence) is { } reason
            ? Transition.Open(reason, in failure, now, evidence)
            : null;
    }
}
