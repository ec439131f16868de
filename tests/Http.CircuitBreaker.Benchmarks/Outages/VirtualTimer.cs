namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>A one-shot timer in virtual time. Periodic timers are not supported.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    // Scheduled events cannot be removed from the queue. A change invalidates them by their version.
    private int _version;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (period > TimeSpan.Zero)
        {
            throw new NotSupportedException("Periodic timers are not supported, because the simulation would never end.");
        }

        var version = ++_version;
        if (dueTime >= TimeSpan.Zero)
        {
            time.After(dueTime, () => FireIfCurrent(version), isTimer: true);
        }

        return true;
    }

    public void Dispose() => _version++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void FireIfCurrent(int version)
    {
        if (version == _version)
        {
            callback(state);
        }
    }
}
