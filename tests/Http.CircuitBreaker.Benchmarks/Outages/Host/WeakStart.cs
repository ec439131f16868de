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
    private TimeSpan _upSince = -WeakFor;

    public bool IsDown(TimeSpan now) => now < _upSince;

    public bool IsWeak(TimeSpan now) => now >= _upSince && now < _upSince + WeakFor;

    public void RestartAt(TimeSpan time) => _upSince = time;

    /// <summary>Returns false if this call crashes the host.</summary>
    public bool TryAccept(TimeSpan now)
    {
        while (_accepted.TryPeek(out var oldest) && oldest <= now - _second)
        {
            _accepted.Dequeue();
        }

        _accepted.Enqueue(now);
        if (_accepted.Count <= callsPerSecond)
        {
            return true;
        }

        _accepted.Clear();
        RestartAt(now + _restartTime);
        return false;
    }
}
