namespace Http.CircuitBreaker.Benchmarks.Outages.Traffic;

/// <summary>The kinds of call. Each method returns the plan of the call with a number, or a function that does.</summary>
internal static class Calls
{
    /// <summary>A call of 30 ms plus a random time of 20 ms on average.</summary>
    public static CallPlan Short(long number) => new(number, ShortTime(number));

    public static TimeSpan ShortTime(long number) =>
        TimeSpan.FromMilliseconds(30 + SeededRandom.Exponential(Draw.Service, number, mean: 20));

    /// <summary>A share of the calls is slower by a factor.</summary>
    public static Func<long, CallPlan> WithSlowShare(double share, double factor) => number =>
        new CallPlan(number, ShortTime(number) * (SeededRandom.Uniform(Draw.Key, number) < share ? factor : 1));

    /// <summary>The first calls of every so many take longer, as after a start of the process.</summary>
    public static Func<long, CallPlan> WithColdStart(int first, int every, double seconds) => number =>
        number % every < first ? Waiting(seconds)(number) : Short(number);

    /// <summary>A call that waits at the host, for example a long poll.</summary>
    public static Func<long, CallPlan> Waiting(double seconds) => number =>
        new CallPlan(number, TimeSpan.FromSeconds(seconds)) { NeedsWorker = false };

    /// <summary>A stream of events that its viewer leaves after a random time.</summary>
    public static Func<long, CallPlan> EventStream(double secondsBetweenEvents, double meanStay) => number => Short(number) with
    {
        Body = new Pace(TimeSpan.FromSeconds(secondsBetweenEvents), int.MaxValue),
        LeavesAfter = Stay(number, meanStay),
    };

    /// <summary>A gRPC stream without a first message, so its headers do not come until the caller leaves.</summary>
    public static Func<long, CallPlan> SilentGrpcStream(double meanStay) => number => Short(number) with
    {
        IsGrpc = true,
        IsAnswered = false,
        LeavesAfter = Stay(number, meanStay),
    };

    public static Func<long, CallPlan> Download(double seconds) => number => Short(number) with
    {
        Body = new Pace(TimeSpan.FromSeconds(seconds / 10), 10),
    };

    public static Func<long, CallPlan> Upload(double seconds) => number => Short(number) with
    {
        Upload = new Pace(TimeSpan.FromSeconds(seconds / 10), 10),
    };

    /// <summary>The callers of a share of the calls cancel them at a random time before the response.</summary>
    public static Func<long, CallPlan> WithCanceledShare(double share) => number =>
        SeededRandom.Uniform(Draw.Caller, number) is var random && random < share
            ? Short(number) with { LeavesAfter = ShortTime(number) * (random / share) }
            : Short(number);

    private static TimeSpan Stay(long number, double mean) =>
        TimeSpan.FromSeconds(1 + SeededRandom.Exponential(Draw.Caller, number, mean - 1));
}
