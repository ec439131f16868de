using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>The state machine as one would write it on paper: one thread, lists of what happened, no cleverness. What the real one must agree with.</summary>
internal sealed class CircuitModel(CircuitSettings settings)
{
    private List<(long At, bool IsFailure)> _ends = [];
    private List<(int Id, long LeaseEnd)> _probes = [];
    private int _failuresInARow, _probesSucceeded, _probesFailed, _nextProbe;
    private long _since;
    private bool _hasRelapsed, _failsNowAndThen;
    private RecoveryModel? _recovery;

    // What a half-open phase was born with.
    private CircuitSettings? _born;

    public CircuitState State { get; private set; } = CircuitState.Closed;

    public int Epoch { get; private set; } = 1;

    public int Openings { get; private set; }

    public int HalfOpenings { get; private set; }

    public int Recoveries { get; private set; }

    public long? Until { get; private set; }

    /// <summary>The changes of state so far.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The epoch and the probe of an admitted call; null = rejected.</summary>
    public (int Epoch, int Probe)? TryAdmit(long now)
    {
        ExpireProbes(now);
        if (_recovery is not null && !_recovery.IsOver(now))
        {
            return _recovery.Admits() ? (Epoch, 0) : null;
        }

        if (_recovery is not null)
        {
            Enter(CircuitState.Closed, now, null);
        }

        if (State == CircuitState.Closed)
        {
            return (Epoch, 0);
        }

        if (State != CircuitState.HalfOpen)
        {
            if (Until is not { } until || now < until)
            {
                return null;
            }

            Enter(CircuitState.HalfOpen, now, null);
            HalfOpenings++;
        }

        if (_probes.Count + _probesSucceeded + _probesFailed == _born!.HalfOpenProbes)
        {
            return null;
        }

        _probes.Add((++_nextProbe, now + _born!.ProbeTimeout));
        return (Epoch, _nextProbe);
    }

    public void End((int Epoch, int Probe) call, CircuitOutcome outcome, long now)
    {
        Count(call, outcome, now);
        if (outcome == CircuitOutcome.Success)
        {
            ClearRow(call);
        }
        else if (outcome == CircuitOutcome.Failure && Decide(call, now))
        {
            OpenBy(call, now);
        }
    }

    /// <summary>The first step of an end: it counts. That of a probe has no other.</summary>
    public void Count((int Epoch, int Probe) call, CircuitOutcome outcome, long now)
    {
        if (call.Epoch != Epoch || outcome == CircuitOutcome.Ignored)
        {
            _probes.RemoveAll(probe => call.Epoch == Epoch && probe.Id == call.Probe);
        }
        else if (_recovery is not null)
        {
            if (_recovery.Opens(outcome == CircuitOutcome.Failure, now))
            {
                Open(now);
            }
        }
        else if (State == CircuitState.HalfOpen)
        {
            EndProbe(call.Probe, outcome == CircuitOutcome.Failure, now);
        }
        else
        {
            _ends.Add((now, outcome == CircuitOutcome.Failure));
        }
    }

    /// <summary>The second step of a success.</summary>
    public void ClearRow((int Epoch, int Probe) call) => _failuresInARow = IsOfThisClosedPhase(call) ? 0 : _failuresInARow;

    /// <summary>The second step of a failure: whether it will open the circuit.</summary>
    public bool Decide((int Epoch, int Probe) call, long now)
    {
        if (!IsOfThisClosedPhase(call))
        {
            return false;
        }

        _failuresInARow++;
        var (total, failed) = Window(now);
        return (total >= settings.MinimumThroughput && (double)failed / total >= settings.FailureRatio)
            || (settings.ConsecutiveFailures > 0 && _failuresInARow >= settings.ConsecutiveFailures);
    }

    /// <summary>The third step of a failure that has decided so: it opens the circuit, unless that has moved on.</summary>
    public void OpenBy((int Epoch, int Probe) call, long now)
    {
        if (IsOfThisClosedPhase(call))
        {
            Open(now);
        }
    }

    public void Apply(CircuitSettings next) => settings = next;

    public CircuitModel Clone()
    {
        var clone = (CircuitModel)MemberwiseClone();
        (clone._ends, clone._probes) = ([.. _ends], [.. _probes]);
        return clone;
    }

    public bool IsLeaseDue(long now) => State == CircuitState.HalfOpen && _probes.Any(probe => probe.LeaseEnd <= now);

    /// <summary>Everything that the future depends on.</summary>
    public override string ToString() =>
        $"{State} {Epoch} {_since} {Until} {Openings} {_failuresInARow} {_probesSucceeded} {_probesFailed} {settings.GetHashCode()} {_born?.GetHashCode()} "
        + $"{_ends.Count} {_ends.Count(end => end.IsFailure)} {string.Join(',', _probes)} {Path}";

    public void Isolate(long now, long? duration)
    {
        var since = State == CircuitState.Isolated ? _since : now;
        Enter(CircuitState.Isolated, since, now + duration);
    }

    public void Reset(long now)
    {
        (Openings, _hasRelapsed, _failsNowAndThen) = (0, false, false);
        Enter(CircuitState.Closed, now, null);
    }

    public (long Total, long Failed) Window(long now)
    {
        if (State != CircuitState.Closed)
        {
            return _recovery?.Counts ?? (_probesSucceeded + _probesFailed, _probesFailed);
        }

        var slice = settings.SamplingDuration / 10;
        var window = _ends.Where(end => ((end.At - _since) / slice) > ((now - _since) / slice) - 10).ToList();
        return (window.Count, window.Count(end => end.IsFailure));
    }

    public void ExpireProbes(long now)
    {
        while (State == CircuitState.HalfOpen && _probes.Count > 0 && _probes.Min(probe => probe.LeaseEnd) <= now)
        {
            var lost = _probes.MinBy(probe => probe.LeaseEnd);
            EndProbe(lost.Id, true, lost.LeaseEnd);
        }
    }

    private void EndProbe(int id, bool isFailure, long now)
    {
        if (_probes.RemoveAll(probe => probe.Id == id) == 0)
        {
            return;
        }

        _ = isFailure ? _probesFailed++ : _probesSucceeded++;
        var failuresToOpen = Enumerable.Range(1, _born!.HalfOpenProbes).First(k => (double)k / _born!.HalfOpenProbes >= _born!.FailureRatio);
        if (_probesFailed == failuresToOpen)
        {
            Open(now);
        }
        else if (_probesSucceeded == _born!.HalfOpenProbes - failuresToOpen + 1)
        {
            Recover(now);
        }
    }

    private void Recover(long now)
    {
        var ramps = settings.RecoveryRamp == RecoveryRamp.Always || (settings.RecoveryRamp == RecoveryRamp.AfterRelapse && _hasRelapsed);
        Enter(ramps ? CircuitState.HalfOpen : CircuitState.Closed, now, null);
        if (ramps)
        {
            _recovery = new RecoveryModel(settings, now);
            Recoveries++;
        }
    }

    private void Open(long now)
    {
        if (State == CircuitState.Closed)
        {
            var failures = _ends.Count(end => end.IsFailure);
            _hasRelapsed = !_failsNowAndThen
                && Epoch > 1 && now - _since < settings.RecoveryDuration / 2 && _ends.Count > failures && _failuresInARow == failures;
        }
        else
        {
            _hasRelapsed = _recovery?.HasProgressed ?? _hasRelapsed;
        }

        var wasHealthy = State == CircuitState.Closed
            && now - _since >= settings.SamplingDuration
            && _ends.Count(end => !end.IsFailure) >= settings.MinimumThroughput;
        var isMixed = State == CircuitState.Closed && Window(now).Failed > 2 * _failuresInARow;
        _failsNowAndThen = isMixed || (_failsNowAndThen && !wasHealthy);
        Openings = wasHealthy ? 1 : Openings + 1;
        var duration = settings.BreakDuration;
        for (var i = 1; i < Openings && duration < settings.MaxBreakDuration; i++)
        {
            duration *= 2;
        }

        Enter(CircuitState.Open, now, now + Math.Min(duration, settings.MaxBreakDuration));
    }

    private bool IsOfThisClosedPhase((int Epoch, int Probe) call) => call.Epoch == Epoch && State == CircuitState.Closed;

    private void Enter(CircuitState state, long since, long? until)
    {
        Path += state == State ? "" : $"{State} -> {state} ({Epoch + 1}); ";
        _born = settings;
        (State, _since, Until, Epoch) = (state, since, until, Epoch + 1);
        (_failuresInARow, _probesSucceeded, _probesFailed) = (0, 0, 0);
        _ends.Clear();
        _probes.Clear();
        _recovery = null;
    }
}
