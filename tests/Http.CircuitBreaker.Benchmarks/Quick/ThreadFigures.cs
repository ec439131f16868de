using Http.CircuitBreaker.Benchmarks.Support;

namespace Http.CircuitBreaker.Benchmarks.Quick;

/// <summary>What two threads get done that call one host as fast as they can: what they share, they fight for.</summary>
internal static class ThreadFigures
{
    public static void Measure(FigureBoard board)
    {
        using var ours = Subjects.Ours();
        using var peer = Subjects.Peer();
        using var threads = new TwoThreads();
        var answer = Task.FromResult(new HttpResponseMessage());
        Array.ForEach([ours, peer], subject => subject.Host.Answer = () => answer);

        var one = ManyCalls.Of(ours);
        var times = Stopwatches.Medians(20_000, calls => Stopwatches.Nanoseconds(one, calls), Both(threads, ours), Both(threads, peer));
        board.Add("threads2_vs_threads1", times[0] / times[1]);
        board.Add("threads2_vs_peer", times[2] / times[1]);
        FigureBoard.Note($"together: ours {1e3 / times[0]:0.#} million calls a second by one thread, {1e3 / times[1]:0.#} by two; peer {1e3 / times[2]:0.##} by two");
    }

    // Each thread makes half of the calls, so that the time a call is that of both together.
    private static Func<int, double> Both(TwoThreads threads, Subject subject)
    {
        var (first, second) = (ManyCalls.Of(subject), ManyCalls.Of(subject));
        return calls => threads.Time(() => first(calls / 2), () => second(calls / 2));
    }
}
