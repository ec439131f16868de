using Http.CircuitBreaker.Redis.Protocol;

namespace Http.CircuitBreaker.Redis.Backplane;

// An isolation that takes the place of another: the state stays the same, so that no event tells of it, but the epoch does not.
internal sealed partial class SharedCircuit
{
    // How many that the fleet asked for are being applied.
    private int _isolating;

    public bool IsIsolated
    {
        get
        {
            lock (_lock)
            {
                return _local.State == CircuitState.Isolated;
            }
        }
    }

    /// <summary>Takes an isolation that is not known yet for one made here, by hand.</summary>
    public void FindIsolation(CircuitSnapshot? snapshot, long now)
    {
        lock (_lock)
        {
            if (_isolating > 0 || _local.State != CircuitState.Isolated || snapshot is not { State: CircuitState.Isolated } || snapshot.Epoch <= _local.Epoch)
            {
                return;
            }

            long? until = snapshot.Until is { } end ? _local.Since + (long)(end - snapshot.Since).TotalMilliseconds : null;
            _change = new LocalChange(ReportKind.Isolated, now, until, IsCertain: false, Reason: null, snapshot.IsolationReason);
            _local = _local with { Epoch = snapshot.Epoch, OpenedAt = now, Until = until ?? 0, OpenedVerdict = null };
            _isReported = false;
        }
    }

    /// <summary>The isolation that the fleet asked for is applied: it is nobody's own.</summary>
    public void FollowedIsolation(CircuitSnapshot? snapshot)
    {
        lock (_lock)
        {
            _isolating--;
            if (_local.State == CircuitState.Isolated && snapshot is { State: CircuitState.Isolated })
            {
                _local = _local with { Epoch = Math.Max(_local.Epoch, snapshot.Epoch) };
            }
        }
    }
}
