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

    private readonly PriorityQueue<Event, (long At, int Rank, long Number)> _events = new();
    private long _now;
    private long _scheduled;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The time since the start of the simulation.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    /// <summary>
    /// The periods in which the whole process stands still. Its events run late, at the end of the period: first all timers, then the rest.
    /// </summary>
    public IReadOnlyList<Period> Pauses { get; init; } = [];

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void At(TimeSpan time, Action action, bool isTimer = false) =>
        _events.Enqueue(new Event(action, isTimer), (Math.Max(time.Ticks, _now), 1, _scheduled++));

    public void After(TimeSpan delay, Action action, bool isTimer = false) => At(Now + delay, action, isTimer);

    /// <summary>Completes or is canceled inline, unlike Task.Delay, which continues on the thread pool when it is canceled.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken, bool isTimer = false)
    {
        var end = new TaskCompletionSource();
        var cancellation = cancellationToken.Register(() => end.TrySetCanceled(cancellationToken));
        After(delay, () =>
        {
            cancellation.Dispose();
            end.TrySetResult();
        }, isTimer);
        return end.Task;
    }

    /// <summary>Runs events until the queue is empty.</summary>
    public void RunToEnd() => RunUntil(TimeSpan.MaxValue);

    /// <summary>Runs the events up to a time, which is the time afterwards unless the queue is empty earlier.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out var next, out var due) && due.At <= end.Ticks)
        {
            _events.Dequeue();
            if (Pauses.Count > 0 && Pauses.FirstOrDefault(pause => pause.Contains(TimeSpan.FromTicks(due.At))) is { } pause)
            {
                _events.Enqueue(next, (pause.To.Ticks, next.IsTimer ? 0 : 1, due.Number));
                continue;
            }

            _now = due.At;
            next.Action();
        }

        _now = end == TimeSpan.MaxValue ? _now : end.Ticks;
    }

    private readonly record struct Event(Action Action, bool IsTimer);
}
