using Http.CircuitBreaker.Circuits;

namespace Http.CircuitBreaker.Tests.Models;

/// <summary>A single-threaded reference implementation of the circuit that uses plain lists.</summary>
internal sealed class CircuitModel(CircuitSettings settings)
{
    private List<(long At, bool IsFailure)> _ends = [];
    private List<(int Id, long LeaseEnd)> _probes = [];
    private int _consecutiveFailures, _probesSucceeded, _probesFailed, _nextProbe;
    private long _since;
    private bool _needsSlowStart;
    private SlowStartModel? _slowStart;

    // The results since the next closed phase took its first snapshot of the counters. Null if no phase is being created.
    private List<(long At, bool IsFailure)>? _endsSinceSnapshot;

    // Set when the half-open phase has decided but the circuit has not changed its phase yet.
    private (CircuitState State, long At)? _decision;

    // The settings at the start of the phase.
    private CircuitSettings? _initial;

    public CircuitState State { get; private set; } = CircuitState.Closed;

    public CircuitSettings Settings => settings;

    public bool IsDecided => _decision is not null;

    public int Epoch { get; private set; } = 1;

    public int Openings { get; private set; }

    public int HalfOpenings { get; private set; }

    public int SlowStarts { get; private set; }

    public long? Until { get; private set; }

    /// <summary>The state changes so far.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Returns the epoch and the probe of an admitted call, or null if the call is rejected.</summary>
    public (int Epoch, int Probe)? TryAdmit(long now)
    {
        if (!IsDecided)
        {
            ExpireProbes(now);
            ApplyDecision();
        }

        if (_slowStart is not null && !_slowStart.IsOver(now))
        {
            return _slowStart.Admits(now) ? (Epoch, 0) : null;
        }

        if (_slowStart is not null)
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

            HalfOpen(now);
        }

        if (IsDecided || _probes.Count + _probesSucceeded + _probesFailed == _initial!.HalfOpenProbes)
        {
            return null;
        }

        _probes.Add((++_nextProbe, now + _initial!.ProbeTimeout));
        return (Epoch, _nextProbe);
    }

    public void End((int Epoch, int Probe) call, CircuitOutcome outcome, long now)
    {
        if (IsLate(call))
        {
            return;
        }

        Count(call, outcome, now);
        ApplyDecision();
        if (outcome == CircuitOutcome.Success)
        {
            ClearConsecutiveFailures(call);
        }
        else if (outcome == CircuitOutcome.Failure && AddConsecutiveFailure(call) is { } run && Opens(settings, run, Window(now).Failed, now))
        {
            OpenBy(call, now);
        }
    }

    /// <summary>Step 1 of a result: whether the circuit has left the phase of the call. Such a result is not evidence.</summary>
    public bool IsLate((int Epoch, int Probe) call) => call.Epoch != Epoch || (call.Probe > 0 && _slowStart is not null);

    /// <summary>Step 2 of a result: counts it, possibly in a phase that has just begun.</summary>
    public void Count((int Epoch, int Probe) call, CircuitOutcome outcome, long now)
    {
        if (outcome != CircuitOutcome.Ignored && _endsSinceSnapshot is not null)
        {
            _endsSinceSnapshot = [.. _endsSinceSnapshot, (now, outcome == CircuitOutcome.Failure)];
        }

        if (outcome == CircuitOutcome.Ignored)
        {
            _probes.RemoveAll(probe => call.Epoch == Epoch && probe.Id == call.Probe);
        }
        else if (_slowStart is not null)
        {
            if (_slowStart.Add(outcome == CircuitOutcome.Failure, now) && call.Epoch == Epoch)
            {
                Open(now);
            }
        }
        else if (State == CircuitState.HalfOpen)
        {
            EndProbe(call.Epoch == Epoch ? call.Probe : 0, outcome == CircuitOutcome.Failure, now);
        }
        else
        {
            _ends.Add((now, outcome == CircuitOutcome.Failure));
        }
    }

    /// <summary>Applies the decision of the half-open phase.</summary>
    public void ApplyDecision()
    {
        if (_decision is { } decision)
        {
            _decision = null;
            if (decision.State == CircuitState.Open)
            {
                Open(decision.At);
            }
            else
            {
                Recover(decision.At);
            }
        }
    }

    /// <summary>Step 3 of a success: ends the run of consecutive failures.</summary>
    public void ClearConsecutiveFailures((int Epoch, int Probe) call) =>
        _consecutiveFailures = IsOfThisClosedPhase(call) ? 0 : _consecutiveFailures;

    /// <summary>Step 3 of a failure: returns the length of the run, or null if the circuit has left the phase.</summary>
    public int? AddConsecutiveFailure((int Epoch, int Probe) call) => IsOfThisClosedPhase(call) ? ++_consecutiveFailures : null;

    /// <summary>Step 4 of a failure: whether it opens the circuit, given what the earlier steps have read.</summary>
    public bool Opens(CircuitSettings read, int run, long failed, long now)
    {
        var (total, failedNow) = Window(now);
        var evidence = total - failedNow + failed;
        return (evidence >= read.MinimumThroughput && (double)failed / evidence >= read.FailureRatio)
            || (read.ConsecutiveFailures > 0 && run >= read.ConsecutiveFailures);
    }

    /// <summary>Step 5 of a failure: opens the circuit unless it has left the phase.</summary>
    public void OpenBy((int Epoch, int Probe) call, long now)
    {
        if (IsOfThisClosedPhase(call))
        {
            Open(now);
        }
    }

    /// <summary>
    /// Step 1 of closing: takes the snapshot from which the next phase counts. Results that arrive before step 2 count in the old phase and
    /// in the new one.
    /// </summary>
    public void TakeSnapshot() => _endsSinceSnapshot = [];

    public void Apply(CircuitSettings next) => settings = next;

    public bool IsBreakOver(long now) => State is CircuitState.Open or CircuitState.Isolated && Until is { } until && now >= until;

    /// <summary>Step 1 of a probe: makes the circuit half-open. Another call may take the slot.</summary>
    public void HalfOpen(long now)
    {
        Enter(CircuitState.HalfOpen, now, null);
        HalfOpenings++;
    }

    public CircuitModel Clone()
    {
        var clone = (CircuitModel)MemberwiseClone();
        (clone._ends, clone._probes) = ([.. _ends], [.. _probes]);
        return clone;
    }

    public bool IsLeaseDue(long now) => State == CircuitState.HalfOpen && !IsDecided && _probes.Any(probe => probe.LeaseEnd <= now);

    /// <summary>The complete state of the model, used to detect states already searched.</summary>
    public override string ToString() =>
        $"{State} {Epoch} {_since} {Until} {Openings} {_consecutiveFailures} {_probesSucceeded} {_probesFailed} {settings.GetHashCode()} {_initial?.GetHashCode()} "
        + $"{_ends.Count} {_ends.Count(end => end.IsFailure)} {string.Join(',', _probes)} {_decision} "
        + $"{_endsSinceSnapshot?.Count} {_endsSinceSnapshot?.Count(end => end.IsFailure)} {Path}";

    public void Isolate(long now, long? duration)
    {
        var since = State == CircuitState.Isolated ? _since : now;
        Openings = WasHealthy(now) ? 0 : Openings;
        _needsSlowStart &= State != CircuitState.Closed;
        Enter(CircuitState.Isolated, since, now + duration);
    }

    public void Reset(long now)
    {
        (Openings, _needsSlowStart) = (0, false);
        Enter(CircuitState.Closed, now, null);
    }

    public (long Total, long Failed) Window(long now)
    {
        if (State != CircuitState.Closed)
        {
            return _slowStart?.Window(now) ?? (_probesSucceeded + _probesFailed, _probesFailed);
        }

        var bucket = settings.SamplingDuration / 10;
        var window = _ends.Where(end => ((end.At - _since) / bucket) > ((now - _since) / bucket) - 10).ToList();
        return (window.Count, window.Count(end => end.IsFailure));
    }

    public void ExpireProbes(long now)
    {
        while (State == CircuitState.HalfOpen && !IsDecided && _probes.Count > 0 && _probes.Min(probe => probe.LeaseEnd) <= now)
        {
            var expired = _probes.MinBy(probe => probe.LeaseEnd);
            EndProbe(expired.Id, true, expired.LeaseEnd);
        }
    }

    private void EndProbe(int id, bool isFailure, long now)
    {
        if (_probes.RemoveAll(probe => probe.Id == id) == 0 || IsDecided)
        {
            return;
        }

        _ = isFailure ? _probesFailed++ : _probesSucceeded++;
        var failuresToOpen = Enumerable.Range(1, _initial!.HalfOpenProbes).First(k => (double)k / _initial!.HalfOpenProbes >= (_initial!.FailureRatio ?? 0));
        if (_probesFailed == failuresToOpen)
        {
            _decision = (CircuitState.Open, now);
        }
        else if (_probesSucceeded == _initial!.HalfOpenProbes - failuresToOpen + 1)
        {
            _decision = (CircuitState.Closed, now);
        }
    }

    private void Recover(long now)
    {
        if (!_needsSlowStart)
        {
            Enter(CircuitState.Closed, now, null);
            return;
        }

        // Slow start is part of the half-open state.
        _probes.Clear();
        _slowStart = new SlowStartModel(settings, now);
        SlowStarts++;
    }

    private void Open(long now)
    {
        var succeeded = _ends.Count(end => !end.IsFailure);
        if (State == CircuitState.Closed)
        {
            _needsSlowStart = Epoch > 1 && now - _since < settings.RecoveryDuration / 2 && succeeded > 0
                && _consecutiveFailures == _ends.Count - succeeded;
        }
        else if (_slowStart is not null)
        {
            _needsSlowStart = _slowStart.HasProgressed(now);
        }

        Openings = WasHealthy(now) ? 1 : Openings + 1;
        var duration = settings.BreakDuration;
        for (var i = 1; i < Openings && duration < settings.MaxBreakDuration; i++)
        {
            duration *= 2;
        }

        Enter(CircuitState.Open, now, now + Math.Min(duration, settings.MaxBreakDuration));
    }

    private bool WasHealthy(long now) =>
        State == CircuitState.Closed && now - _since >= settings.SamplingDuration && _ends.Any(end => !end.IsFailure);

    private bool IsOfThisClosedPhase((int Epoch, int Probe) call) => call.Epoch == Epoch && State == CircuitState.Closed;

    private void Enter(CircuitState state, long since, long? until)
    {
        Path += state == State ? "" : $"{State} -> {state} ({Epoch + 1}); ";
        _initial = settings;
        (State, _since, Until, Epoch) = (state, since, until, Epoch + 1);
        (_consecutiveFailures, _probesSucceeded, _probesFailed) = (0, 0, 0);
        _ends = state == CircuitState.Closed ? _endsSinceSnapshot ?? [] : [];
        _probes.Clear();
        (_slowStart, _decision, _endsSinceSnapshot) = (null, null, null);
    }
}
