using System.Diagnostics;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>
/// Times several subjects in alternating rounds, so that other load on the machine affects all of them equally. A round should take about a
/// millisecond, so that most rounds complete without a context switch.
/// </summary>
internal static class Measurement
{
    private const int MaxRounds = 600;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _maxDuration = TimeSpan.FromSeconds(12);

    /// <summary>The median time per call in nanoseconds, in the order of the subjects.</summary>
    public static double[] Medians(int calls, params Action<int>[] subjects) =>
        Medians(calls, [.. subjects.Select<Action<int>, Func<int, double>>(subject => count => Nanoseconds(subject, count))]);

    /// <summary>The same, for subjects that return the elapsed nanoseconds themselves.</summary>
    public static double[] Medians(int calls, params Func<int, double>[] subjects)
    {
        // Warm up by time, not by call count: tiered compilation runs in the background.
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _warmUp)
        {
            Array.ForEach(subjects, subject => subject(calls));
        }

        var times = subjects.Select(_ => new List<double>(MaxRounds)).ToArray();
        start = Stopwatch.GetTimestamp();
        for (var round = 0; round < MaxRounds && Stopwatch.GetElapsedTime(start) < _maxDuration; round++)
        {
            for (var i = 0; i < subjects.Length; i++)
            {
                times[i].Add(subjects[i](calls) / calls);
            }
        }

        return [.. times.Select(Median)];
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Bytes allocated per call on the current thread.</summary>
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
