using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Compares <see cref="OverdueCalls"/> with a plain list of waiting calls.</summary>
internal sealed class WaitingCalls(long slowCallDuration, long origin = 0)
{
    private readonly OverdueCalls _overdue = new(slowCallDuration, origin - 1);
    private readonly List<long> _waiting = [];

    public bool Start(long now)
    {
        var isFirstOfBucket = _overdue.Advance(now);
        _overdue.Start(now);
        _waiting.Add(now);
        return isFirstOfBucket;
    }

    /// <summary>Ends the waiting call at this index.</summary>
    public void End(int index)
    {
        if (_waiting.Count > 0)
        {
            _overdue.End(_waiting[index % _waiting.Count]);
            _waiting.RemoveAt(index % _waiting.Count);
        }
    }

    public int Count(long now) => _overdue.Count(now);

    public int Truth(long now, long duration) => _waiting.Count(started => now - started >= duration);
}
