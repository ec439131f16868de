using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Circuits;

/// <summary>Admits every call and counts how they end. No lock and no allocation on the way of a call.</summary>
/// <remarks>
/// Unless it looks for overdue calls it does not count a call before it is known that it did not end at once: most of the cost of an ordinary
/// success at once are such counts, and it needs one then. The call is not in flight until its handlers have returned their task.
/// </remarks>
internal sealed class ClosedPhase : Phase
{
    private readonly CallCounters _calls = new();
    private volatile RollingWindow _window;
    private volatile OverdueLog? _overdue;
    private ConsecutiveFailureCounter _failuresBeforeHeaders;
    private ConsecutiveFailureCounter _failuresInBodies;

    public ClosedPhase(Circuit circuit, int epoch, long since, CircuitSettings settings)
        : base(circuit, epoch, since)
    {
        _window = new RollingWindow(settings.SamplingDuration, since, _calls.Ended);
        _overdue = OverdueLogFor(settings, since);
    }

    public override CircuitState State => CircuitState.Closed;

    public override CallCounters Calls => _calls;

    private int ConsecutiveFailures => _failuresBeforeHeaders.Count + _failuresInBodies.Count;

    public override Admission TryAdmit(long now, out Permit permit)
    {
        if (_overdue is { } log)
        {
            return log.Turn(now, _calls) && OpenOnOverdueCalls(now) ? Refuse(Admission.Superseded, out permit) : Admit(now, out permit);
        }

        permit = new Permit(this, now, isStarted: false);
        return Admission.Admitted;
    }

    public override void SucceedAtOnce(long now)
    {
        _window.Tick(now, _calls);
        _calls.SucceedAtOnce(now);
        AccountIfOver(_calls);
        _failuresBeforeHeaders.Clear();
        _failuresInBodies.Clear();
    }

    public override void Settle(in Permit permit, in CallResult verdict, long now)
    {
        _window.Tick(now, _calls);
        _calls.End(verdict.Outcome);
        switch (verdict.Outcome)
        {
            case CircuitOutcome.Success:
                _failuresBeforeHeaders.Clear();
                if (!verdict.IsBodyToCome)
                {
                    _failuresInBodies.Clear();
                }

                break;
            case CircuitOutcome.Failure:
                OpenOnFailure(in verdict, now, _failuresBeforeHeaders.Add(now));
                break;
        }
    }

    public override void SettleBody(in Permit permit, in CallResult verdict, long now)
    {
        _window.Tick(now, _calls);
        base.SettleBody(in permit, in verdict, now);
        if (verdict.Outcome == CircuitOutcome.Success)
        {
            _failuresInBodies.Clear();
        }
        else
        {
            OpenOnFailure(in verdict, now, _failuresInBodies.Add(now));
        }
    }

    public override WindowCounts Evidence(long now)
    {
        // One reading of what ended serves both numbers, so that a call which ends meanwhile is not counted twice.
        var ended = _calls.Ended;
        var window = _window.Count(now, ended);
        var overdue = _overdue?.Count(now, _calls.Started, ended) ?? 0;
        return new WindowCounts(window.Total + overdue, window.Failed + overdue, overdue);
    }

    /// <summary>A reload starts fresh logs where their duration changed. Under the circuit's gate.</summary>
    public void Apply(CircuitSettings settings, long now)
    {
        if (_window.Duration != settings.SamplingDuration)
        {
            _window = new RollingWindow(settings.SamplingDuration, now, _calls.Ended);
        }

        if ((_overdue?.Duration ?? 0) != settings.SlowCallDuration)
        {
            _overdue = OverdueLogFor(settings, now);
        }
    }

    /// <summary>Whether the host has shown in this phase that it is well, so that the next opening is a first one.</summary>
    public bool WasHealthy(CircuitSettings settings, long now) =>
        now - Since >= settings.SamplingDuration && _calls.Ended.Succeeded >= settings.MinimumThroughput;

    /// <summary>
    /// Whether the host fell soon after the circuit had closed: answered well at first and then nothing more, so that the load was too much
    /// for it. One that fails now and then is no better off with less load.
    /// </summary>
    public bool HasRelapsed(CircuitSettings settings, long now)
    {
        var ended = _calls.Ended;
        return Epoch > 1
            && now - Since < settings.RecoveryDuration / 2
            && ended.Succeeded > 0
            && ended.Failed == ConsecutiveFailures;
    }

    /// <summary>Whether most of the failures had a success after them. Overdue calls are in no row: they say nothing about this.</summary>
    public bool FailsNowAndThen(in WindowCounts evidence) => evidence.Failed - evidence.Overdue > 2 * ConsecutiveFailures;

    private bool OpenOnOverdueCalls(long now)
    {
        var evidence = Evidence(now);
        if (evidence.Overdue == 0 || TripRule.ByRatio(Circuit.TripSettings(now), evidence) is not { } reason)
        {
            return false;
        }

        Circuit.LastFailureReason = FailureReasons.Slow;
        return Circuit.TryOpen(this, new Opening(reason, now, FailureReasons.Slow, Evidence: evidence));
    }

    private void OpenOnFailure(in CallResult verdict, long now, (int Count, long Duration) row)
    {
        if (!Circuit.IsPresent(this))
        {
            return;
        }

        var evidence = Evidence(now);
        if (TripRule.ByFailure(Circuit.TripSettings(now), in verdict, row, evidence) is { } reason)
        {
            Circuit.TryOpen(this, new Opening(reason, now, verdict.Reason, verdict.RetryAfter, evidence));
        }
    }

    private OverdueLog? OverdueLogFor(CircuitSettings settings, long now) =>
        settings.SlowCallDuration > 0 ? new OverdueLog(settings.SlowCallDuration, now, _calls) : null;
}
