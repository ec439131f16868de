namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>Starts the calls of one source.</summary>
internal sealed class Arrivals(CallSource source, TimeSpan end, long firstCall, VirtualTime time, Caller caller)
{
    // Without a pause, a worker would be rejected forever, because a rejection takes no virtual time.
    private static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _until = source.Until < end ? source.Until : end;
    private long _next = firstCall;

    public void Start()
    {
        if (source.Workers == 0)
        {
            ScheduleNext(source.From);
        }

        for (var i = 0; i < source.Workers; i++)
        {
            time.At(source.From, () => _ = WorkAsync());
        }
    }

    private void ScheduleNext(TimeSpan after)
    {
        var interval = SeededRandom.Exponential(Draw.Arrival, _next, 1 / (source.CallsPerSecond * source.Load(after)));
        var arrival = after + TimeSpan.FromSeconds(interval);
        if (arrival < _until)
        {
            time.At(arrival, Arrive);
        }
    }

    private void Arrive()
    {
        var call = source.Plan(_next++);
        ScheduleNext(time.Now);
        _ = caller.CallAsync(call);
    }

    private async Task WorkAsync()
    {
        while (time.Now < _until)
        {
            if (await caller.CallAsync(source.Plan(_next++)) != CallOutcome.Served)
            {
                await time.DelayAsync(_pauseAfterFailure, CancellationToken.None, isTimer: true);
            }
        }
    }
}
