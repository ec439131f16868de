namespace Http.CircuitBreaker.Benchmarks.Outages.Host;

/// <summary>
/// A host that has restarted and cannot carry its load at once: with more than so many calls within a second it falls over again, and
/// needs a while to restart.
/// </summary>
internal sealed class WeakStart(int callsPerSecond)
{
    public static readonly TimeSpan WeakFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _restartsIn = TimeSpan.FromSeconds(5);

    private readonly Queue<TimeSpan> _carried = new();
    private readonly Queue<TimeSpan> _refused = new();
    private bool _hasFallen;
    private TimeSpan _upSince = -WeakFor;

    public bool IsDown(TimeSpan now) => now < _upSince;

    /// <summary>Down after it fell over, or weak again for that reason.</summary>
    public bool IsInRelapse(TimeSpan now) => _hasFallen && now < _upSince + WeakFor;

    public bool IsWeak(TimeSpan now) => now >= _upSince && now < _upSince + WeakFor;

    public void RestartAt(TimeSpan time) => _upSince = time;

    /// <summary>False: this call was one too many, and the host is down.</summary>
    public bool TryCarry(TimeSpan now)
    {
        Forget(_carried, now);
        _carried.Enqueue(now);
        if (_carried.Count <= callsPerSecond)
        {
            return true;
        }

        _carried.Clear();
        _hasFallen = true;
        RestartAt(now + _restartsIn);
        return false;
    }

    /// <summary>Whether a call that was not sent could have been carried too; it then takes that place in the reckoning.</summary>
    public bool CouldHaveCarried(TimeSpan now)
    {
        Forget(_carried, now);
        Forget(_refused, now);
        var could = _carried.Count + _refused.Count < callsPerSecond;
        if (could)
        {
            _refused.Enqueue(now);
        }

        return could;
    }

    private static void Forget(Queue<TimeSpan> calls, TimeSpan now)
    {
        while (calls.TryPeek(out var oldest) && oldest <= now - _second)
        {
            calls.Dequeue();
        }
    }
}
