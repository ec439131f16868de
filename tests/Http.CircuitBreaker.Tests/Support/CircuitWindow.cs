using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>A rolling window with its counters, and beside it what a naive list of timestamps says.</summary>
internal sealed class CircuitWindow(long duration, long origin = 0)
{
    private readonly CallCounters _counters = new();
    private readonly RollingWindow _window = new(duration, origin, default);
    private readonly List<(long At, bool IsFailure)> _ended = [];

    public void End(long now, bool isFailure)
    {
        _window.Tick(now, _counters);
        _counters.End(isFailure ? CircuitOutcome.Failure : CircuitOutcome.Success);
        _ended.Add((now, isFailure));
    }

    public void Tick(long now) => _window.Tick(now, _counters);

    public (long Total, long Failed) Count(long now)
    {
        var counts = _window.Count(now, _counters.Ended);
        return (counts.Total, counts.Failed);
    }

    /// <summary>The calls that ended less than <paramref name="span"/> ago.</summary>
    public (long Total, long Failed) Truth(long now, long span) =>
        (_ended.Count(call => now - call.At < span), _ended.Count(call => call.IsFailure && now - call.At < span));
}
