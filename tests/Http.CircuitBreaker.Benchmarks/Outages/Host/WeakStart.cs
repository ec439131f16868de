namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>
/// A host that cannot handle its full load after a restart. More than <paramref name="callsPerSecond"/> calls within a second crash it, and
/// it restarts after a while.
/// </summary>
internal sealed class WeakStart(int callsPerSecond)
{
    public static readonly TimeSpan WeakFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _restartTime = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _accepted = new();
    private readonly Queue<TimeSpan> _rejected = new();
    private bool _hasCrashed;
    private TimeSpan _upSince = -WeakFor;

    public bool IsDown(TimeSpan now) => now < _upSince;

    /// <summary>Whether the host is down, or weak again, after an overload.</summary>
    public bool IsDownFromOverload(TimeSpan now) => _hasCrashed && now < _upSince + WeakFor;

    public bool IsWeak(TimeSpan now) => now >= _upSince && now < _upSince + WeakFor;

    public void RestartAt(TimeSpan time) => _upSince = time;

    /// <summary>Returns false if this call crashes the host.</summary>
    public bool TryAccept(TimeSpan now)
    {
        RemoveOld(_accepted, now);
        _accepted.Enqueue(now);
        if (_accepted.Count <= callsPerSecond)
        {
            return true;
        }

        _accepted.Clear();
        _hasCrashed = true;
        RestartAt(now + _restartTime);
        return false;
    }

    /// <summary>Whether the host could have accepted a rejected call. If so, the call counts toward the load of the next second.</summary>
    public bool CouldHaveAccepted(TimeSpan now)
    {
        RemoveOld(_accepted, now);
        RemoveOld(_rejected, now);
        var hasCapacity = _accepted.Count + _rejected.Count < callsPerSecond;
        if (hasCapacity)
        {
            _rejected.Enqueue(now);
        }

        return hasCapacity;
    }

    private static void RemoveOld(Queue<TimeSpan> calls, TimeSpan now)
    {
        while (calls.TryPeek(out var oldest) && oldest <= now - _second)
        {
            calls.Dequeue();
        }
    }
}
