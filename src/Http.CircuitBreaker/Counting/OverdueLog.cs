namespace Http.CircuitBreaker.Counting;

/// <summary>How many calls have been waiting for their headers for longer than <c>SlowCallDuration</c>, at least.</summary>
/// <remarks>
/// The calls started before a moment, less all calls that have ended since the phase began, must still be waiting: so many are older,
/// even if only younger ones ended. In a hang, where nothing ends, the bound is exact. It takes a reading of the started calls for each
/// slice of time and nothing per call.
/// </remarks>
internal sealed class OverdueLog
{
    private readonly long _origin;
    private SliceTimer _timer;
    private ReadingRing _started;

    public OverdueLog(long slowCallDuration, long now, CallCounters counters)
    {
        _origin = now;
        _timer = new SliceTimer(slowCallDuration, now);
        _started.Note(1, counters.Started);
    }

    public long Duration => _timer.Duration;

    /// <summary>Has to come before the call is counted as started. True for the first call of a slice: the moment to look for overdue calls.</summary>
    public bool Turn(long now, CallCounters counters)
    {
        if (!_timer.IsDue(now))
        {
            return false;
        }

        var started = counters.Started;
        if (!_timer.IsDue(now))
        {
            return false;
        }

        var slice = _timer.SliceOf(now);
        _started.Note(slice, started);
        _timer.Wind(slice);
        return true;
    }

    public long Count(long now, long started, CallTotals ended)
    {
        var moment = now - Duration;
        if (moment - _origin < 0)
        {
            return 0;
        }

        var startedBefore = _started.TryRead(_timer.SliceOf(moment), _timer.SliceOf(now), out var reading) ? reading : (uint)started;
        return Math.Max(0, (int)(startedBefore - (uint)ended.Count));
    }
}
