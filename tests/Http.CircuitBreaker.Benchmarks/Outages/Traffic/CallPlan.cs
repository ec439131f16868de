namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>What a call asks of the host, and how its caller behaves.</summary>
/// <param name="Number">Identifies the call; its random numbers depend on it.</param>
/// <param name="ServiceTime">The time until the headers of the response on the healthy host, without a queue.</param>
internal sealed record CallPlan(long Number, TimeSpan ServiceTime)
{
    // Far above all call numbers, so that the random numbers of an attempt belong to no other call.
    private const long AttemptStep = 100_000_000_000_000;

    private int _attempts;

    /// <summary>Whether the call occupies one of the workers of the host, or only waits for something else.</summary>
    public bool NeedsWorker { get; init; } = true;

    /// <summary>Whether the host responds.</summary>
    public bool IsAnswered { get; init; } = true;

    public bool IsGrpc { get; init; }

    /// <summary>The caller cancels the call after this time.</summary>
    public TimeSpan? LeavesAfter { get; init; }

    /// <summary>A response body that the caller reads as it arrives; null for a small one that is complete with the headers.</summary>
    public Pace? Body { get; init; }

    /// <summary>A request body that the host reads before it responds.</summary>
    public Pace? Upload { get; init; }

    /// <summary>Returns the number from which the host draws for its next attempt at this call.</summary>
    public long NextAttempt() => Number + (AttemptStep * _attempts++);
}

/// <summary>The speed of a body: so many chunks, one per interval.</summary>
internal sealed record Pace(TimeSpan Interval, int Chunks);
