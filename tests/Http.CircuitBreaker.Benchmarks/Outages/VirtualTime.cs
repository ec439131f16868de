namespace Http.CircuitBreaker.Benchmarks.Outages;

/// <summary>
/// The clock and the event queue of a simulation. Time does not advance during an event, and then jumps to the next event.
/// </summary>
/// <remarks>
/// Everything runs on the thread that calls <see cref="RunToEnd"/>. There is no synchronization context, so every continuation runs inline
/// where its task completes, independent of the thread pool. Events with the same time run in the order in which they were scheduled.
/// </remarks>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private long _now;
    private long _scheduled;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The time since the start of the simulation.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void At(TimeSpan time, Action action) => _events.Enqueue(action, (Math.Max(time.Ticks, _now), _scheduled++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>Runs events until the queue is empty.</summary>
    public void RunToEnd()
    {
        while (_events.TryDequeue(out var action, out var due))
        {
            _now = due.At;
            action();
        }
    }
}
