using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>The throughput of two threads that call one host as fast as possible, which shows contention on shared state.</summary>
internal static class ThreadFigures
{
    public static void Measure(QuickReport report)
    {
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        using var threads = new TwoThreads();
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([ours, peer], subject => subject.Host.Answer = () => answer);

        var one = CallLoop.Create(ours);
        var times = Measurement.Medians(20_000, calls => Measurement.Nanoseconds(one, calls), OnBothThreads(threads, ours), OnBothThreads(threads, peer));
        report.Add("threads2_vs_threads1", times[0] / times[1]);
        report.Add("threads2_vs_peer", times[2] / times[1]);
        QuickReport.WriteComment(
            $"million calls per second: ours {1e3 / times[0]:0.#} on one thread, {1e3 / times[1]:0.#} on two; peer {1e3 / times[2]:0.##} on two");
    }

    // Each thread makes half of the calls.
    private static Func<int, double> OnBothThreads(TwoThreads threads, Subject subject)
    {
        var (first, second) = (CallLoop.Create(subject), CallLoop.Create(subject));
        return calls => threads.Time(() => first(calls / 2), () => second(calls / 2));
    }
}
