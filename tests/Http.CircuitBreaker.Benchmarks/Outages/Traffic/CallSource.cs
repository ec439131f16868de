namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>
/// Calls of one kind. They arrive at random times, independent of earlier calls, unless they come from workers.
/// </summary>
internal sealed record CallSource(double CallsPerSecond, Func<long, CallPlan> Plan)
{
    public TimeSpan From { get; init; }

    public TimeSpan Until { get; init; } = TimeSpan.MaxValue;

    /// <summary>The load relative to <see cref="CallsPerSecond"/> at a time.</summary>
    public Func<TimeSpan, double> Load { get; init; } = _ => 1;

    /// <summary>If not zero, the calls come from so many workers, each of which starts a call when its previous one has ended.</summary>
    public int Workers { get; init; }

    /// <summary>Workers that start simultaneously.</summary>
    public static CallSource FromWorkers(int workers, Func<long, CallPlan> plan) => new(0, plan) { Workers = workers };
}
