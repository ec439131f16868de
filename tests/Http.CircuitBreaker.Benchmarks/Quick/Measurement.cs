using System.Diagnostics;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>
/// Times several things in turn, round by round, so that what else the machine does hits all of them alike. A round should be so short,
/// about a millisecond, that most are over before the system gives the processor to somebody else.
/// </summary>
internal static class Stopwatches
{
    private const int MostRounds = 600;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(12);

    /// <summary>The median of nanoseconds a call, in the order of the subjects.</summary>
    public static double[] Medians(int calls, params Action<int>[] subjects) =>
        Medians(calls, [.. subjects.Select<Action<int>, Func<int, double>>(subject => count => Nanoseconds(subject, count))]);

    /// <summary>The same for subjects that tell themselves how many nanoseconds the calls took.</summary>
    public static double[] Medians(int calls, params Func<int, double>[] subjects)
    {
        // By time, not by number: the runtime improves its code in the background, a while after it was called often.
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _warmUp)
        {
            Array.ForEach(subjects, subject => subject(calls));
        }

        var times = subjects.Select(_ => new List<double>(MostRounds)).ToArray();
        start = Stopwatch.GetTimestamp();
        for (var round = 0; round < MostRounds && Stopwatch.GetElapsedTime(start) < _longest; round++)
        {
            for (var i = 0; i < subjects.Length; i++)
            {
                times[i].Add(subjects[i](calls) / calls);
            }
        }

        return [.. times.Select(Median)];
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Bytes a call, on this thread.</summary>
    public static double Bytes(int calls, Action<int> subject)
    {
        subject(calls);
        var before = GC.GetAllocatedBytesForCurrentThread();
        subject(calls);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }

    public static double Nanoseconds(Action<int> subject, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        subject(calls);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
