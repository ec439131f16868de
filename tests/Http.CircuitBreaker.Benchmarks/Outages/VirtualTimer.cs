namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>Fires once in virtual time. Nobody here needs a period.</summary>
internal sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
{
    // A change makes what was planned before it void: the queue has no way to take an event out.
    private int _version;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (period > TimeSpan.Zero)
        {
            throw new NotSupportedException("A timer with a period would keep the simulation from ending.");
        }

        var version = ++_version;
        if (dueTime >= TimeSpan.Zero)
        {
            time.After(dueTime, () => FireIf(version));
        }

        return true;
    }

    public void Dispose() => _version++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void FireIf(int version)
    {
        if (version == _version)
        {
            callback(state);
        }
    }
}
