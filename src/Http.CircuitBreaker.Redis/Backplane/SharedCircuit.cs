using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>One circuit as this instance shares it: its local state, the change to report, the latest record and the probe lease.</summary>
/// <remarks>While a report is unanswered no record is applied, because only the reply is certain to include the report.</remarks>
internal sealed class SharedCircuit(CircuitKey key, long now)
{
    // Isolations with the same reason whose ends differ by less, in milliseconds, are the same.
    private const long EqualIsolations = 1000;

    private readonly Lock _lock = new();
    private LocalCircuit _local = LocalCircuit.Initial;
    private LocalChange? _change;
    private BackplaneRecord? _record;
    private long _decidedVersion;
    private long _changedAt = now;
    private volatile bool _isIsolated;
    private bool _isReported = true;
    private bool _isQueued;
    private bool _isRemoved;

    public CircuitKey Key => key;

    public ProbeLease Lease { get; } = new();

    /// <summary>The version of the latest record; 0 without one.</summary>
    public long RecordVersion => Volatile.Read(ref _record)?.Version ?? 0;

    public bool IsIsolated => _isIsolated;

    /// <summary>Stores a change of the local circuit; false if this object has been removed.</summary>
    public bool TryChange(CircuitStateChange change, long now)
    {
        lock (_lock)
        {
            if (_isRemoved)
            {
                return false;
            }

            (_local, _changedAt) = (_local.Apply(change, now, _record?.At), now);
            _isIsolated = change.State == CircuitState.Isolated;
            if (change.State != CircuitState.HalfOpen)
            {
                _change = LocalChange.Create(change, now);
                _isReported = _change is null;
                Lease.Clear();
            }

            return true;
        }
    }

    /// <summary>True if the caller has to queue a report.</summary>
    public bool TryQueueReport()
    {
        lock (_lock)
        {
            var queues = !_isReported && !_isQueued;
            _isQueued |= queues;
            return queues;
        }
    }

    /// <summary>Creates the queued report; null if the change is over.</summary>
    public ReportCommand? CreateReport(long now, ServerClock clock)
    {
        lock (_lock)
        {
            if (_isReported || _change is not { } change || change.IsOver(now))
            {
                (_isReported, _isQueued) = (true, false);
                return null;
            }

            // The change is newer than a record that was decided before it, even if the estimate of the server's time says otherwise.
            var decidedAt = _record is { } record && _decidedVersion == record.Version ? record.At : 0;
            var since = Math.Max(clock.ToServerTime(change.Since), decidedAt + 1);
            var until = change.Until is { } end ? clock.ToServerTime(end) : 0;
            return new ReportCommand(key, change.Kind, since, until, change.IsCertain, change.FailureReason, change.IsolationReason)
            {
                Change = change,
            };
        }
    }

    /// <summary>The report was answered. Without a reply it was not queued or failed, and the next poll queues it again.</summary>
    public void OnReported(ReportCommand? report, CommandReply? reply)
    {
        lock (_lock)
        {
            _isQueued = false;
            _isReported |= reply is not null && ReferenceEquals(report?.Change, _change);

            // An accepted report is the record, so there is nothing to apply.
            if (_isReported && reply is { Answer: CommandAnswer.Accepted, Record: { } record } && record.Version >= RecordVersion)
            {
                (_record, _decidedVersion) = (record, record.Version);
            }
        }
    }

    /// <summary>Stores a record unless it is older than the one before.</summary>
    public void OnRecord(BackplaneRecord record)
    {
        lock (_lock)
        {
            if (record.Version <= RecordVersion)
            {
                return;
            }

            var isNewState = _record is { } before && (before.State != record.State || before.At != record.At);
            _record = record;
            Lease.ClearDenial();
            if (isNewState && record.State != BackplaneState.Isolated)
            {
                Lease.Clear();
            }
        }
    }

    /// <summary>Decides what the record changes here; null if nothing.</summary>
    public RemoteAction? Decide(long now, ServerClock clock)
    {
        lock (_lock)
        {
            if (!_isReported || !clock.IsKnown || _record is not { } record)
            {
                return null;
            }

            var action = RecordRule.Decide(record, _local.ToServerTime(clock), record.Version != _decidedVersion, clock.ToServerTime(now));
            _decidedVersion = record.Version;
            if (action is { Kind: RemoteActionKind.Open } open && _local.State == CircuitState.Open)
            {
                // A break that follows another one raises no change event.
                var until = now + (long)open.Opening.Remaining.TotalMilliseconds;
                _local = _local with { OpenedAt = now, OpenedRecord = record.At, Until = until };
            }

            return action;
        }
    }

    /// <summary>Reads the local state again after a refused action, because an eviction raises no change event.</summary>
    public void Resync(CircuitSnapshot? snapshot, long now)
    {
        lock (_lock)
        {
            _local = snapshot is null ? LocalCircuit.Initial
                : snapshot.Epoch < _local.Epoch ? new LocalCircuit(snapshot.State, snapshot.Epoch, now, now, now)
                : _local;
        }
    }

    /// <summary>Reports an isolation that replaced another one here: it raises no change event, but has a higher epoch.</summary>
    public void DetectNewIsolation(CircuitSnapshot? snapshot, ServerClock clock, long now)
    {
        lock (_lock)
        {
            if (_local.State != CircuitState.Isolated || snapshot is not { State: CircuitState.Isolated } || snapshot.Epoch <= _local.Epoch)
            {
                return;
            }

            _local = _local with { Epoch = snapshot.Epoch };
            long? until = snapshot.Until is { } end ? _local.Since + (long)(end - snapshot.Since).TotalMilliseconds : null;
            var serverUntil = until is { } time ? clock.ToServerTime(time) : 0;
            if (_record is not { State: BackplaneState.Isolated } record
                || record.IsolationReason != snapshot.IsolationReason
                || Math.Abs(record.Until - serverUntil) >= EqualIsolations)
            {
                _change = new LocalChange(ReportKind.Isolated, now, until, IsCertain: false, FailureReason: null, snapshot.IsolationReason);
                _local = _local with { OpenedAt = now, Until = until ?? 0, OpenedRecord = null };
                _isReported = false;
            }
        }
    }

    /// <summary>The server has lost its data, so a break or an isolation that still holds is reported again.</summary>
    public void OnServerDataLost(long now)
    {
        lock (_lock)
        {
            (_record, _decidedVersion) = (null, 0);
            _isReported &= _change is not { Kind: ReportKind.Opened or ReportKind.Isolated } change || change.IsOver(now);
        }
    }

    /// <summary>Removes a circuit that has been closed for longer than <paramref name="age"/>; it accepts no change afterwards.</summary>
    public bool TryRemove(long now, long age)
    {
        lock (_lock)
        {
            _isRemoved = _isReported && _local.State == CircuitState.Closed && now - _changedAt > age;
            return _isRemoved;
        }
    }
}
