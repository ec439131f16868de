using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

/// <summary>Tracks one shared circuit: its local state, the change to report, the latest record and the probe lease.</summary>
/// <remarks>
/// No record is applied until the server has answered the latest report, because a record received earlier may not reflect the report.
/// </remarks>
internal sealed class SharedCircuit(CircuitKey key, long now)
{
    // Two isolations with the same reason are considered the same if their end times differ by less than this many milliseconds.
    private const long EqualIsolations = 1000;

    private readonly Lock _lock = new();
    private LocalCircuit _local = LocalCircuit.Initial;
    private LocalChange? _change;
    private BackplaneRecord? _record;
    private long _decidedVersion;
    private long _appliedVersion;
    private long _changedAt = now;
    private bool _isReported = true;
    private bool _isQueued;
    private bool _isRemoved;

    public CircuitKey Key => key;

    public ProbeLease Lease { get; } = new();

    /// <summary>The version of the latest record, or 0 if there is none.</summary>
    public long RecordVersion => Volatile.Read(ref _record)?.Version ?? 0;

    /// <summary>The state of the local circuit. No lock is needed, because an enum is read atomically.</summary>
    public CircuitState State => _local.State;

    /// <summary>Stores a change to the local circuit. Returns false if this object has been removed.</summary>
    public bool TryChange(CircuitStateChange change, long now)
    {
        lock (_lock)
        {
            if (_isRemoved)
            {
                return false;
            }

            (_local, _changedAt) = (_local.Apply(change, now, _record?.At), now);
            if (change.State != CircuitState.HalfOpen)
            {
                _change = LocalChange.Create(change, now);
                _isReported = _change is null || change.Reason == CircuitTransitionReason.Remote;
                Lease.Clear(isNewState: true);
            }

            return true;
        }
    }

    /// <summary>Returns true if the caller must queue a report, because a change is unreported and no report is queued yet.</summary>
    public bool TryQueueReport()
    {
        lock (_lock)
        {
            var queues = !_isReported && !_isQueued;
            _isQueued |= queues;
            return queues;
        }
    }

    /// <summary>Creates the queued report. Returns null if there is nothing left to report, or if the break or isolation is over.</summary>
    public ReportCommand? CreateReport(long now, ServerClock clock, int minInstances = 0)
    {
        lock (_lock)
        {
            if (_isReported || _change is not { } change || change.IsOver(now))
            {
                (_isReported, _isQueued) = (true, false);
                return null;
            }

            // A change made after this instance processed the current record must be reported with a later time than the record's. The time
            // of the change may be too early, because its conversion to server time is only an estimate.
            var decidedAt = _record is { } record && _decidedVersion == record.Version ? record.At : 0;
            var local = _local.ToServerTime(clock);
            var changedAt = change.Kind is ReportKind.Opened or ReportKind.Isolated ? local.OpenedAt : local.Since;
            var since = Math.Max(changedAt, decidedAt + 1);
            var until = change.Until is { } end ? clock.ToServerTime(end) : 0;
            return new ReportCommand(
                key, change.Kind, since, until, change.IsCertain, change.FailureReason, change.IsolationReason, change, minInstances);
        }
    }

    /// <summary>Handles the reply to a report. A report without a reply is queued again at the next poll.</summary>
    public void OnReported(ReportCommand? report, CommandReply? reply)
    {
        lock (_lock)
        {
            _isQueued = false;
            _isReported |= reply is not null && ReferenceEquals(report?.Change, _change);

            // The record in an accepted reply includes the reported change, so there is nothing to apply. A newer change is reported later.
            if (reply is { Answer: CommandAnswer.Accepted, Record: { } record } && record.Version >= RecordVersion)
            {
                (_record, _decidedVersion) = (record, record.Version);
                _appliedVersion = record.State == BackplaneState.Isolated ? record.Version : _appliedVersion;
            }
        }
    }

    /// <summary>Stores a record if it is newer than the current record.</summary>
    public void OnRecord(BackplaneRecord record, long now)
    {
        lock (_lock)
        {
            if (record.Version <= RecordVersion)
            {
                return;
            }

            var isNewState = _record is { } before && (before.State != record.State || before.At != record.At);
            (_record, _changedAt) = (record, now);
            Lease.Clear(isNewState && record.State != BackplaneState.Isolated);
        }
    }

    /// <summary>Returns the change that the latest record requires, or null if the circuit does not need to change.</summary>
    public RemoteAction? Decide(long now, ServerClock clock)
    {
        lock (_lock)
        {
            if (!_isReported || !clock.IsKnown || _record is not { } record)
            {
                return null;
            }

            var isApplied = record.Version == _appliedVersion;
            var action = RecordRule.Decide(record, _local.ToServerTime(clock), isApplied, clock.ToServerTime(now));
            _decidedVersion = record.Version;
            if (action is { Kind: RemoteActionKind.Open or RemoteActionKind.Isolate })
            {
                _appliedVersion = record.Version;
            }

            if (action is { Kind: RemoteActionKind.Open } open && _local.State == CircuitState.Open)
            {
                // Extending a break raises no change event, so update the local state here.
                var until = now + (long)open.Opening.Remaining.TotalMilliseconds;
                _local = _local with { OpenedAt = now, OpenedRecord = record.At, Until = until };
            }

            return action;
        }
    }

    /// <summary>
    /// Updates the local state after an action could not be applied, so that the action can be tried again. The local state may be out of
    /// date, because the eviction of a circuit and the reset of a closed circuit raise no event.
    /// </summary>
    public void OnNotApplied(CircuitSnapshot? snapshot, long now)
    {
        lock (_lock)
        {
            _appliedVersion = 0;
            _local = snapshot is null ? LocalCircuit.Initial
                : snapshot.Epoch < _local.Epoch ? new LocalCircuit(snapshot.State, snapshot.Epoch, now, now, now)
                : (snapshot.State, _local.State) == (CircuitState.Closed, CircuitState.Closed) ? _local with { Epoch = snapshot.Epoch }
                : _local;
        }
    }

    /// <summary>
    /// Detects an isolation that replaced another isolation. Such a change raises no event, but increases the circuit's epoch.
    /// </summary>
    public void DetectNewIsolation(Func<CircuitKey, CircuitSnapshot?> find, ServerClock clock, long now)
    {
        var snapshot = State == CircuitState.Isolated ? find(key) : null;
        lock (_lock)
        {
            if (_local.State != CircuitState.Isolated || snapshot is not { State: CircuitState.Isolated } || snapshot.Epoch <= _local.Epoch)
            {
                return;
            }

            long? until = snapshot.Until is { } end ? _local.Since + (long)(end - snapshot.Since).TotalMilliseconds : null;
            var serverUntil = until is { } time ? clock.ToServerTime(time) : 0;
            var isRemote = _record is { State: BackplaneState.Isolated } record
                && record.IsolationReason == snapshot.IsolationReason
                && Math.Abs(record.Until - serverUntil) < EqualIsolations;
            _change = new LocalChange(ReportKind.Isolated, until, IsCertain: false, FailureReason: null, snapshot.IsolationReason);
            var recordTime = isRemote ? _record?.At : null;
            _local = _local with { Epoch = snapshot.Epoch, OpenedAt = now, Until = until ?? 0, OpenedRecord = recordTime };
            _isReported &= isRemote;
        }
    }

    /// <summary>
    /// Discards the record after the server has lost data. A reset is reported again, as is a break or isolation that has not ended.
    /// </summary>
    public void OnServerDataLost(long now)
    {
        lock (_lock)
        {
            (_record, _decidedVersion, _appliedVersion) = (null, 0, 0);
            _isReported &= _change is not { Kind: not ReportKind.Closed } change || change.IsOver(now);
        }
    }

    /// <summary>Marks this object as removed if it has nothing to report and has not changed for <paramref name="age"/>.</summary>
    /// <remarks>The object is not removed while its record is in force but has not been applied yet.</remarks>
    public bool TryRemove(ServerClock clock, long now, long age)
    {
        lock (_lock)
        {
            var isWaiting = _record is { State: not BackplaneState.Closed } record
                && record.Version != _appliedVersion
                && record.IsInForce(clock.ToServerTime(now));
            _isRemoved = _isReported && !isWaiting && now - _changedAt > age;
            return _isRemoved;
        }
    }
}
