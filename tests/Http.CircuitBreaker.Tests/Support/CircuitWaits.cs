using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>An overdue log with its counters, and beside it the list of the calls that really wait.</summary>
internal sealed class CircuitWaits
{
    private readonly CallCounters _counters = new();
    private readonly OverdueLog _log;
    private readonly List<long> _waiting = [];

    public CircuitWaits(long slowCallDuration, long origin = 0) => _log = new OverdueLog(slowCallDuration, origin, _counters);

    public bool Start(long now)
    {
        var isTurn = _log.Turn(now, _counters);
        _counters.Start(0);
        _waiting.Add(now);
        return isTurn;
    }

    /// <summary>Ends the call at this place among those that wait.</summary>
    public void End(int index)
    {
        if (_waiting.Count > 0)
        {
            _waiting.RemoveAt(index % _waiting.Count);
            _counters.Succeed();
        }
    }

    public long Count(long now) => _log.Count(now, _counters.Started, _counters.Ended);

    public int Truth(long now, long duration) => _waiting.Count(started => now - started >= duration);
}
