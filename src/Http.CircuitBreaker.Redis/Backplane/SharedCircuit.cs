using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>What this instance knows of one shared circuit: where it stands here, what it still has to report, the fleet's latest word.</summary>
/// <remarks>
/// As long as a change of its own has not been answered, the circuit follows nobody: the server's answer to the report is the
/// first record that knows of it. Nothing outside is called under the lock.
/// </remarks>
internal sealed partial class SharedCircuit(CircuitKey key, long now)
{
    private readonly Lock _lock = new();
    private readonly LeaseMemory _leases = new();
    private LocalState _local = LocalState.Fresh;
    private LocalChange? _change;
    private BackplaneRecord? _record;
    private long _decided;
    private long _touchedAt = now;
    private bool _isReported = true;
    private bool _isQueued;
    private bool _isForgotten;

    public CircuitKey Key => key;

    /// <summary>The circuit has changed here. False if this object is no longer in use.</summary>
    public bool TryChange(CircuitStateChange change, long now, out string? unusedLease)
    {
        lock (_lock)
        {
            unusedLease = null;
            if (_isForgotten)
            {
                return false;
            }

            (_local, _touchedAt) = (_local.After(change, now, _record?.At), now);
            if (LocalChange.Of(change, now) is { } own)
            {
                (_change, _isReported) = (own, false);
            }
            else if (change.State != CircuitState.HalfOpen)
            {
                (_change, _isReported) = (null, true);
            }

            if (change.State != CircuitState.HalfOpen)
            {
                unusedLease = _leases.Clear();
            }

            return true;
        }
    }

    /// <summary>True if there is something to report and no report is waiting or under way.</summary>
    public bool TryQueue()
    {
        lock (_lock)
        {
            var queues = !_isReported && !_isQueued;
            _isQueued |= queues;
            return queues;
        }
    }

    /// <summary>The report that is due now; null if none is any more.</summary>
    public ReportCommand? Report(long now, ServerClock clock, long sequence)
    {
        lock (_lock)
        {
            if (_isReported || _change is not { } change || (change.Until is { } until && until - now <= 0))
            {
                (_isReported, _isQueued) = (true, false);
                return null;
            }

            // Its own verdict is later than the record that it had before, however the server's time was reckoned.
            var since = Math.Max(clock.At(change.Since), _record is { } record && _decided == record.Version ? record.At + 1 : 0);
            var end = change.Until is { } some ? clock.At(some) : 0;
            return new ReportCommand(key, change.Kind, sequence, since, end, change.IsCertain, change.Reason, change.Note) { Change = change };
        }
    }

    public void Reported(ReportCommand report, BackplaneReply reply)
    {
        lock (_lock)
        {
            _isQueued = false;
            if (ReferenceEquals(report.Change, _change))
            {
                _isReported = true;
            }

            // The answer to one's own report says nothing new, unless it was stale. The message of it may have come before.
            if (reply is { Answer: BackplaneAnswer.Accepted, Record: { } record } && _isReported && record.Version >= (_record?.Version ?? 0))
            {
                (_record, _decided) = (record, record.Version);
            }
        }
    }

    /// <summary>Whatever could not be queued, or was not answered, is queued with the next look at the fleet.</summary>
    public void NotQueued()
    {
        lock (_lock)
        {
            _isQueued = false;
        }
    }

    /// <summary>The fleet has a word on the circuit. The lease to be given back, if any.</summary>
    public string? Hear(BackplaneRecord record)
    {
        lock (_lock)
        {
            if (!IsNewer(record))
            {
                return null;
            }

            var isVerdict = _record is { } before && (before.State != record.State || before.At != record.At);
            _record = record;
            _leases.ForgetDenial();
            return isVerdict && record.State is BackplaneState.Open or BackplaneState.Closed ? _leases.Clear() : null;
        }
    }

    /// <summary>What is to be done now; null if nothing is.</summary>
    public RemoteAction? Decide(long now, ServerClock clock)
    {
        lock (_lock)
        {
            if (!_isReported || !clock.IsKnown || _record is not { } record)
            {
                return null;
            }

            var local = _local.By(clock);
            var action = RecordRule.Decide(record, in local, record.Version != _decided, clock.At(now));
            _decided = record.Version;
            _isolating += action is RemoteAction.Isolate ? 1 : 0;
            if (action is RemoteAction.Open open && _local.State == CircuitState.Open)
            {
                // Nobody tells of a break that follows another one.
                _local = _local with { OpenedAt = now, OpenedVerdict = record.At, Until = now + (long)open.Verdict.Remaining.TotalMilliseconds };
            }

            return action;
        }
    }

    /// <summary>Something was refused: the circuit may have been evicted, or have begun anew, which nobody tells of.</summary>
    public void Resync(CircuitSnapshot? snapshot, long now)
    {
        lock (_lock)
        {
            if (snapshot is null)
            {
                _local = LocalState.Fresh;
            }
            else if (snapshot.Epoch < _local.Epoch)
            {
                _local = new LocalState(snapshot.State, snapshot.Epoch, now, now, now);
            }
        }
    }

    /// <summary>The server has lost its memory: what still holds here is reported again.</summary>
    public void StartAnew(long now)
    {
        lock (_lock)
        {
            (_record, _decided) = (null, 0);
            var holds = _change is { Kind: ReportKind.Opened or ReportKind.Isolated } change && (change.Until is not { } until || until - now > 0);
            _isReported &= !holds;
        }
    }

    /// <summary>True if nothing about it is of interest any more; from then on it takes no change.</summary>
    public bool TryForget(long now, long after)
    {
        lock (_lock)
        {
            _isForgotten = _isReported && _local.State == CircuitState.Closed && now - _touchedAt > after;
            return _isForgotten;
        }
    }

    private bool IsNewer(BackplaneRecord record) => record.Version > (_record?.Version ?? 0);
}
