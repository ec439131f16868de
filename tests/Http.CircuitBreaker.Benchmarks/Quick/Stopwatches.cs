using System.Diagnostics;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>Times several things in turn, round by round, so that what else the machine does hits all of them alike.</summary>
internal static class Stopwatches
{
    private const int Rounds = 25;

    /// <summary>The median of nanoseconds a call, in the order of the subjects; the first rounds warm up and do not count.</summary>
    public static double[] Medians(int calls, params Action<int>[] subjects)
    {
        var times = subjects.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < Rounds + 5; round++)
        {
            for (var i = 0; i < subjects.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                subjects[i](calls);
                if (round >= 5)
                {
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls);
                }
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
}
