namespace Http.CircuitBreaker.Counting;

/// <summary>How many calls succeeded and failed over the last <c>SamplingDuration</c>.</summary>
/// <remarks>
/// The first call that ends in a new slice of time writes down the counters as they stand before it. The window is the difference between
/// the present counters and the oldest reading that is not older than the duration: it looks back 0.9 to 1.0 of it.
/// </remarks>
internal sealed class RollingWindow
{
    private readonly uint _succeededAtStart;
    private readonly uint _failedAtStart;
    private SliceTimer _timer;

    // Not needed, and not allocated, before the second slice: most circuits of a client with many hosts never see one.
    private Rings? _rings;

    public RollingWindow(long duration, long now, CallTotals ended)
    {
        _timer = new SliceTimer(duration, now);
        (_succeededAtStart, _failedAtStart) = ((uint)ended.Succeeded, (uint)ended.Failed);
    }

    public long Duration => _timer.Duration;

    /// <summary>Has to come before the counters change.</summary>
    public void Tick(long now, CallCounters counters)
    {
        if (_timer.IsDue(now))
        {
            Turn(now, counters.Ended);
        }
    }

    public WindowCounts Count(long now, CallTotals ended)
    {
        var last = _timer.SliceOf(now);
        var first = last - (SliceTimer.SlicesPerDuration - 1);
        var (succeeded, failed) = ReadingSince(first, last) ?? ((uint)ended.Succeeded, (uint)ended.Failed);
        var failures = Since(failed, ended.Failed);
        return new WindowCounts(Since(succeeded, ended.Succeeded) + failures, failures, Overdue: 0);
    }

    // Not below zero: the reading may be younger than the counters that the caller brought.
    private static long Since(uint reading, long counter) => Math.Max(0, (int)((uint)counter - reading));

    private void Turn(long now, CallTotals ended)
    {
        if (_timer.IsDue(now))
        {
            Note(_timer.SliceOf(now), ended);
        }
    }

    private void Note(long slice, CallTotals ended)
    {
        var rings = Volatile.Read(ref _rings);
        if (rings is null)
        {
            rings = new Rings();
            rings.Note(1, _succeededAtStart, _failedAtStart);
            rings = Interlocked.CompareExchange(ref _rings, rings, null) ?? rings;
        }

        rings.Note(slice, ended.Succeeded, ended.Failed);
        _timer.Wind(slice);
    }

    private (uint Succeeded, uint Failed)? ReadingSince(long first, long last)
    {
        if (Volatile.Read(ref _rings) is { } rings)
        {
            return rings.Since(first, last);
        }

        return first <= 1 ? (_succeededAtStart, _failedAtStart) : null;
    }

    private sealed class Rings
    {
        private ReadingRing _succeeded;
        private ReadingRing _failed;

        public void Note(long slice, long succeeded, long failed)
        {
            _succeeded.Note(slice, succeeded);
            _failed.Note(slice, failed);
        }

        public (uint Succeeded, uint Failed)? Since(long first, long last)
        {
            var hasSucceeded = _succeeded.TryRead(first, last, out var succeeded);
            var hasFailed = _failed.TryRead(first, last, out var failed);
            return hasSucceeded && hasFailed ? (succeeded, failed) : null;
        }
    }
}
