namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>The clock and the event queue of a simulation: time stands still while something happens, and then jumps to the next event.</summary>
/// <remarks>
/// Everything runs on the thread that calls <see cref="RunToEnd"/>: without a synchronization context every continuation runs inline where
/// its task completes, so that nothing depends on the thread pool. Events of the same instant happen in the order in which they were planned.
/// </remarks>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private long _now;
    private long _planned;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since the simulation began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void At(TimeSpan time, Action happens) => _events.Enqueue(happens, (Math.Max(time.Ticks, _now), _planned++));

    public void After(TimeSpan delay, Action happens) => At(Now + delay, happens);

    /// <summary>Until nothing more is planned.</summary>
    public void RunToEnd()
    {
        while (_events.TryDequeue(out var happens, out var due))
        {
            _now = due.At;
            happens();
        }
    }
}
