using Http.CircuitBreaker.Counting;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>Compares a rolling window with a plain list of timestamps.</summary>
internal sealed class CountedWindow
{
    private readonly CallCounters _counters = new();
    private readonly RollingWindow _window;
    private readonly List<(long At, bool IsFailure)> _ended = [];

    public CountedWindow(long duration, long origin = 0) => _window = new RollingWindow(duration, origin, _counters);

    public void End(long now, bool isFailure)
    {
        _window.Advance(now);
        _counters.End(isFailure ? CircuitOutcome.Failure : CircuitOutcome.Success, isBody: false);
        _ended.Add((now, isFailure));
    }

    public void Advance(long now) => _window.Advance(now);

    public (long Total, long Failed) Count(long now)
    {
        var counts = _window.Count(now);
        return (counts.Total, counts.Failed);
    }

    /// <summary>The calls that ended less than <paramref name="span"/> ago.</summary>
    public (long Total, long Failed) Truth(long now, long span) =>
        (_ended.Count(call => now - call.At < span), _ended.Count(call => call.IsFailure && now - call.At < span));
}
